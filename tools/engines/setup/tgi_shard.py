#!/usr/bin/env python3
"""A model shard without a model for the router of text-generation-inference. usage: tgi_shard.py SOCKET TOKENIZER_JSON

Speaks the shard's gRPC protocol over a Unix socket (generate_pb2*.py, made from the project's own generate.proto, on
PYTHONPATH). An answer is a walk through the vocabulary that follows from the prompt, with an end token at its end. Like the
original, a token whose bytes are not yet a character has an empty text. The word FAIL in a prompt fails its batch at step 4.
"""
import sys
import threading
import time
import zlib
from concurrent import futures

import generate_pb2 as pb
import generate_pb2_grpc as pb_grpc
import grpc
from tokenizers import Tokenizer

STEP_SECONDS = 0.004
END = 2
FIRST_ORDINARY = 3
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

SOCKET, TOKENIZER_FILE = sys.argv[1], sys.argv[2]
tokenizer = Tokenizer.from_file(TOKENIZER_FILE)
vocabulary = tokenizer.get_vocab_size()


class Answer:
    """One request under way."""

    def __init__(self, request):
        self.request = request
        self.seed = zlib.crc32(request.inputs.encode())
        self.length = 20 + self.seed % 60
        self.ids = []
        self.text = ""

    def next_id(self):
        index = len(self.ids)
        if index >= self.length and not self.request.stopping_parameters.ignore_eos_token:
            return END
        return FIRST_ORDINARY + (self.seed + 7919 * index) % (vocabulary - FIRST_ORDINARY)

    def step(self):
        """The next token as a Generation, and whether it is the last one."""
        token = self.next_id()
        self.ids.append(token)
        whole = tokenizer.decode([one for one in self.ids if one != END])
        piece = "" if whole.endswith(REPLACEMENT) else whole[len(self.text) :]
        if piece:
            self.text = whole
        text = "<|im_end|>" if token == END else piece
        tokens = pb.Tokens(ids=[token], logprobs=[-0.5], texts=[text], is_special=[token == END])
        generation = pb.Generation(request_id=self.request.id, tokens=tokens)
        reason = self.finish_reason(token)
        if reason is not None:
            done = pb.GeneratedText(text=self.text, generated_tokens=len(self.ids), finish_reason=reason)
            generation.generated_text.CopyFrom(done)
        return generation, reason is not None

    def finish_reason(self, token):
        stopping = self.request.stopping_parameters
        if len(self.ids) >= stopping.max_new_tokens:
            return pb.FINISH_REASON_LENGTH
        if token == END:
            return pb.FINISH_REASON_EOS_TOKEN
        return None

    def fails(self):
        return "FAIL" in self.request.inputs and len(self.ids) == 3


class Shard(pb_grpc.TextGenerationServiceServicer):
    def __init__(self):
        self.batches = {}
        self.lock = threading.Lock()

    def Info(self, request, context):
        return pb.InfoResponse(
            requires_padding=False,
            dtype="torch.float32",
            device_type="cpu",
            speculate=0,
            support_chunking=False,
            use_prefix_caching=False,
            attention_impl="paged",
            block_size=16,
        )

    def ServiceDiscovery(self, request, context):
        return pb.ServiceDiscoveryResponse(urls=[f"unix://{SOCKET}"])

    def Health(self, request, context):
        return pb.HealthResponse()

    def Warmup(self, request, context):
        return pb.WarmupResponse(
            max_supported_total_tokens=65536,
            max_input_tokens=request.max_input_tokens or 3072,
            max_total_tokens=request.max_total_tokens or 4096,
        )

    def ClearCache(self, request, context):
        with self.lock:
            if request.HasField("id"):
                self.batches.pop(request.id, None)
            else:
                self.batches.clear()
        return pb.ClearCacheResponse()

    def FilterBatch(self, request, context):
        kept = set(request.request_ids)
        with self.lock:
            self.batches[request.batch_id] = [
                answer for answer in self.batches.get(request.batch_id, []) if answer.request.id in kept
            ]
            return pb.FilterBatchResponse(batch=self.cached(request.batch_id))

    def Prefill(self, request, context):
        answers = [Answer(one) for one in request.batch.requests]
        return self.advance(request.batch.id, answers, context, pb.PrefillResponse)

    def Decode(self, request, context):
        with self.lock:
            answers = [answer for batch in request.batches for answer in self.batches.pop(batch.id, [])]
        return self.advance(request.batches[0].id, answers, context, pb.DecodeResponse)

    def advance(self, batch_id, answers, context, response_type):
        """One step of a batch."""
        started = time.monotonic_ns()
        time.sleep(STEP_SECONDS)
        if any(answer.fails() for answer in answers):
            context.abort(grpc.StatusCode.UNKNOWN, "the engine failed at token 3")
        steps = [(answer, *answer.step()) for answer in answers]
        left = [answer for answer, _, is_last in steps if not is_last]
        took = time.monotonic_ns() - started
        response = response_type(
            generations=[generation for _, generation, _ in steps], forward_ns=took, decode_ns=0, total_ns=took
        )
        if left:
            with self.lock:
                self.batches[batch_id] = left
                response.batch.CopyFrom(self.cached(batch_id))
        return response

    def cached(self, batch_id):
        answers = self.batches[batch_id]
        return pb.CachedBatch(
            id=batch_id,
            request_ids=[answer.request.id for answer in answers],
            size=len(answers),
            max_tokens=4096,
            current_tokens=len(answers),
        )


server = grpc.server(futures.ThreadPoolExecutor(8))
pb_grpc.add_TextGenerationServiceServicer_to_server(Shard(), server)
server.add_insecure_port(f"unix:{SOCKET}")
server.start()
print("ready", flush=True)
server.wait_for_termination()
