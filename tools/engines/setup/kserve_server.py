#!/usr/bin/env python3
"""KServe's Python server with two models. usage: kserve_server.py UPSTREAM_URL HTTP_PORT GRPC_PORT

tiny   an OpenAI model in front of an OpenAI-compatible engine; streams are passed on as they come
words  a model of the V1 and V2 protocols that answers a text with a text

KServe 0.21 takes its OpenAI types from module paths that newer versions of vLLM have moved: they are given their old names.
"""
import importlib
import sys
import types

OLD_PROTOCOL = "vllm.entrypoints.openai.engine.protocol"
NEW_PROTOCOLS = (
    "vllm.entrypoints.serve.engine.protocol",
    "vllm.entrypoints.openai.chat_completion.protocol",
    "vllm.entrypoints.openai.completion.protocol",
    "vllm.entrypoints.openai.models.protocol",
)
CHAT_TYPES = (
    "ChatCompletionContentPartParam",
    "ChatCompletionContentPartTextParam",
    "ChatCompletionMessageParam",
    "ChatCompletionToolMessageParam",
    "ConversationMessage",
    "CustomChatCompletionMessageParam",
    "ChatCompletionAssistantMessageParam",
)


def module_or_none(name):
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return None


def name_old_modules():
    if module_or_none(OLD_PROTOCOL) is None:
        package = types.ModuleType(OLD_PROTOCOL.rsplit(".", 1)[0])
        package.__path__ = []
        protocol = types.ModuleType(OLD_PROTOCOL)
        for module in filter(None, map(module_or_none, NEW_PROTOCOLS)):
            protocol.__dict__.update({key: value for key, value in vars(module).items() if not key.startswith("__")})
        sys.modules[package.__name__] = package
        sys.modules[OLD_PROTOCOL] = protocol
    if module_or_none("vllm.entrypoints.chat_utils") is None:
        from typing import Any

        chat = types.ModuleType("vllm.entrypoints.chat_utils")
        chat.__dict__.update({name: Any for name in CHAT_TYPES})
        sys.modules[chat.__name__] = chat


name_old_modules()
importlib.import_module("vllm.entrypoints.openai.models")

from kserve import InferOutput, InferRequest, InferResponse, Model, ModelServer  # noqa: E402
from kserve.protocol.rest.openai import OpenAIProxyModel  # noqa: E402
from kserve.protocol.rest.openai.openai_proxy_model import error_handler  # noqa: E402


class Words(Model):
    """The V1 and V2 protocols: the words of the prompt, the other way round."""

    def __init__(self):
        super().__init__("words")
        self.ready = True

    async def predict(self, payload, headers=None, response_headers=None):
        if not isinstance(payload, InferRequest):
            return {"predictions": [self.answer(text) for text in payload["instances"]]}
        data = payload.inputs[0].data
        texts = [text.decode() if isinstance(text, bytes) else str(text) for text in data]
        output = InferOutput(
            name="text_output", shape=[len(texts)], datatype="BYTES", data=[self.answer(text) for text in texts]
        )
        # A request need not have an id, an answer must.
        return InferResponse(response_id=payload.id or "unnamed", model_name="words", infer_outputs=[output])

    @staticmethod
    def answer(text):
        return " ".join(reversed(text.split()))


class Tiny(OpenAIProxyModel):
    """The proxy model of KServe, whose own streams end in a 500, with streams that are passed on."""

    async def stream(self, endpoint, request, raw_request):
        upstream_request = self._build_request(endpoint, request, raw_request)
        response = await self._http_client.send(upstream_request, stream=True)
        if response.status_code != 200:
            await response.aread()
            response.raise_for_status()

        async def events():
            async for line in response.aiter_lines():
                if line:
                    yield line + "\n\n"

        return events()

    async def create_completion(self, request, raw_request=None, **rest):
        if not request.stream:
            return await super().create_completion(request, raw_request, **rest)
        return await error_handler(self.stream)(self._completions_endpoint, request, raw_request)

    async def create_chat_completion(self, request, raw_request=None, **rest):
        if not request.stream:
            return await super().create_chat_completion(request, raw_request, **rest)
        return await error_handler(self.stream)(self._chat_completions_endpoint, request, raw_request)


def main():
    upstream, http_port, grpc_port = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    del sys.argv[1:]
    server = ModelServer(http_port=http_port, grpc_port=grpc_port, workers=1, enable_docs_url=False)
    server.start([Tiny("tiny", upstream), Words()])


if __name__ == "__main__":
    main()
