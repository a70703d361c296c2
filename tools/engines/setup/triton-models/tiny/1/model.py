"""A text model in the shape of the vLLM backend: one response per token when streamed, one for all otherwise.

The text is arithmetic on the prompt: no weights. A prompt with the word FAIL fails after three tokens.
Counts its tokens in a metric of its own, as language model backends do.
"""
import time
import zlib

import numpy as np
import triton_python_backend_utils as pb_utils

STEP_SECONDS = 0.004
WORDS = ["the", "quick", "Grüße", "日本語", "\N{WAVING HAND SIGN}", "over", "lazy", "dog", "and", "again"]
FINAL = pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL


def input_of(request, name, default):
    tensor = pb_utils.get_input_tensor_by_name(request, name)
    return default if tensor is None else tensor.as_numpy().reshape(-1)[0]


def text_response(text):
    return pb_utils.InferenceResponse([pb_utils.Tensor("text_output", np.array([text.encode()], dtype=object))])


class TritonPythonModel:
    def initialize(self, args):
        def counter(name, description):
            family = pb_utils.MetricFamily(name=name, description=description, kind=pb_utils.MetricFamily.COUNTER)
            self.families.append(family)
            return family.Metric(labels={"model": "tiny", "instance": args["model_instance_name"]})

        self.families = []
        self.prompt_tokens = counter("tiny_prompt_tokens_total", "Words of prompts")
        self.generated_tokens = counter("tiny_generated_tokens_total", "Words of answers")
        self.finished = counter("tiny_requests_finished_total", "Requests answered to their end")

    def execute(self, requests):
        for request in requests:
            self.answer(request)

    def answer(self, request):
        prompt = input_of(request, "text_input", b"").decode()
        count = int(input_of(request, "max_tokens", 16))
        is_streaming = bool(input_of(request, "stream", False))
        sender = request.get_response_sender()
        seed = zlib.crc32(prompt.encode())
        words = [" " + WORDS[(seed + 7 * i) % len(WORDS)] for i in range(count)]
        self.prompt_tokens.increment(len(prompt.split()))
        for index, word in enumerate(words):
            time.sleep(STEP_SECONDS)
            if request.is_cancelled():
                error = pb_utils.TritonError("cancelled", pb_utils.TritonError.CANCELLED)
                sender.send(pb_utils.InferenceResponse(error=error), flags=FINAL)
                return
            if "FAIL" in prompt and index == 3:
                error = pb_utils.TritonError("the engine failed at token 3")
                sender.send(pb_utils.InferenceResponse(error=error), flags=FINAL)
                return
            if is_streaming:
                sender.send(text_response(word))
            self.generated_tokens.increment(1)
        if not is_streaming:
            sender.send(text_response("".join(words)))
        self.finished.increment(1)
        sender.send(flags=FINAL)
