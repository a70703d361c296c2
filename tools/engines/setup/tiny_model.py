#!/usr/bin/env python3
"""Writes a tiny random Qwen2 model and its tokenizer, without downloads.

usage: tiny_model.py OUT_DIR gguf|safetensors|tokenizer

gguf         OUT_DIR/tiny.gguf for llama.cpp (needs numpy, tokenizers, gguf)
safetensors  OUT_DIR/model.safetensors for vLLM (needs numpy, tokenizers, safetensors)
tokenizer    the tokenizer and configuration files alone (needs tokenizers)

Same numbers in both formats. The answers are noise on purpose: bytes that are no whole character, natural ends at odd
places and repetition are what a client's token count has to survive.
"""
import glob
import json
import os
import sys

VOCABULARY = 2048
WIDTH, LAYERS, HEADS, KV_HEADS, INNER = 128, 2, 4, 2, 256
HEAD_WIDTH = WIDTH // HEADS
CONTEXT, EPSILON, ROPE_BASE = 4096, 1e-6, 10000.0
PAD, START, END = 0, 1, 2
# The end token is drawn from a wider distribution than the others, so that about one answer in three stops by itself.
END_GAIN = 1.35
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def train_tokenizer():
    """Byte-level BPE learned from the source text of Python's own library."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    files = sorted(glob.glob(os.path.join(os.path.dirname(os.__file__), "*.py")))[:60]
    texts = [open(file, encoding="utf-8", errors="ignore").read()[:20000] for file in files]
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def configuration():
    return {
        "architectures": ["Qwen2ForCausalLM"],
        "model_type": "qwen2",
        "vocab_size": VOCABULARY,
        "hidden_size": WIDTH,
        "intermediate_size": INNER,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "num_key_value_heads": KV_HEADS,
        "max_position_embeddings": CONTEXT,
        "rms_norm_eps": EPSILON,
        "rope_theta": ROPE_BASE,
        "hidden_act": "silu",
        "tie_word_embeddings": False,
        "bos_token_id": PAD,
        "eos_token_id": END,
        "pad_token_id": PAD,
        "torch_dtype": "float32",
    }


def write_tokenizer(out):
    tokenizer = train_tokenizer()
    tokenizer.save(os.path.join(out, "tokenizer.json"))
    write_json(
        out,
        "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "eos_token": SPECIAL[END],
            "pad_token": SPECIAL[PAD],
            "model_max_length": CONTEXT,
            "clean_up_tokenization_spaces": False,
            "chat_template": CHAT_TEMPLATE,
        },
    )
    write_json(out, "config.json", configuration())
    write_json(out, "generation_config.json", {"eos_token_id": END, "pad_token_id": PAD, "temperature": 1.0})


def write_json(out, name, value):
    with open(os.path.join(out, name), "w", encoding="utf-8") as file:
        json.dump(value, file, indent=1)


def random_weights():
    """Tensors by their names in the safetensors layout."""
    import numpy as np

    rng = np.random.default_rng(20)

    def matrix(rows, columns, gain=1.0):
        return (rng.standard_normal((rows, columns)) * gain / np.sqrt(columns)).astype(np.float32)

    ones, zeros = (lambda n: np.ones(n, np.float32)), (lambda n: np.zeros(n, np.float32))
    weights = {
        "model.embed_tokens.weight": rng.standard_normal((VOCABULARY, WIDTH)).astype(np.float32),
        "model.norm.weight": ones(WIDTH),
    }
    for layer in range(LAYERS):
        p = f"model.layers.{layer}."
        weights[p + "input_layernorm.weight"] = ones(WIDTH)
        weights[p + "post_attention_layernorm.weight"] = ones(WIDTH)
        for name, rows in (("q", WIDTH), ("k", KV_HEADS * HEAD_WIDTH), ("v", KV_HEADS * HEAD_WIDTH)):
            weights[f"{p}self_attn.{name}_proj.weight"] = matrix(rows, WIDTH, 1.5)
            weights[f"{p}self_attn.{name}_proj.bias"] = zeros(rows)
        weights[p + "self_attn.o_proj.weight"] = matrix(WIDTH, WIDTH, 2.0)
        weights[p + "mlp.gate_proj.weight"] = matrix(INNER, WIDTH)
        weights[p + "mlp.up_proj.weight"] = matrix(INNER, WIDTH)
        weights[p + "mlp.down_proj.weight"] = matrix(WIDTH, INNER, 2.0)
    head = matrix(VOCABULARY, WIDTH)
    head[END] *= END_GAIN
    head[PAD] = head[START] = 0
    weights["lm_head.weight"] = head
    return weights


GGUF_NAMES = {
    "model.embed_tokens": "token_embd",
    "model.norm": "output_norm",
    "lm_head": "output",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}


def gguf_name(name):
    """`model.layers.0.mlp.up_proj.weight` is `blk.0.ffn_up.weight` there."""
    stem, kind = name.rsplit(".", 1)
    if not stem.startswith("model.layers."):
        return f"{GGUF_NAMES[stem]}.{kind}"
    _, _, layer, part = stem.split(".", 3)
    return f"blk.{layer}.{GGUF_NAMES[part]}.{kind}"


def write_gguf(out):
    import gguf

    writer = gguf.GGUFWriter(os.path.join(out, "tiny.gguf"), "qwen2")
    writer.add_name("tiny")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_rope_freq_base(ROPE_BASE)
    writer.add_layer_norm_rms_eps(EPSILON)
    writer.add_file_type(0)
    add_gguf_tokenizer(writer, out, gguf.TokenType)
    for name, tensor in random_weights().items():
        writer.add_tensor(gguf_name(name), tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def add_gguf_tokenizer(writer, out, token_type):
    with open(os.path.join(out, "tokenizer.json"), encoding="utf-8") as file:
        parsed = json.load(file)
    tokens = [f"<unused{i}>" for i in range(VOCABULARY)]
    types = [token_type.UNUSED] * VOCABULARY
    for text, index in parsed["model"]["vocab"].items():
        tokens[index], types[index] = text, token_type.NORMAL
    for added in parsed["added_tokens"]:
        tokens[added["id"]], types[added["id"]] = added["content"], token_type.CONTROL
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in parsed["model"]["merges"]]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges(merges)
    writer.add_bos_token_id(PAD)
    writer.add_eos_token_id(END)
    writer.add_pad_token_id(PAD)
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE)


def write_safetensors(out):
    from safetensors.numpy import save_file

    save_file(random_weights(), os.path.join(out, "model.safetensors"), metadata={"format": "pt"})


def main():
    out, kind = sys.argv[1], sys.argv[2]
    os.makedirs(out, exist_ok=True)
    write_tokenizer(out)
    if kind == "gguf":
        write_gguf(out)
    elif kind == "safetensors":
        write_safetensors(out)
    elif kind != "tokenizer":
        sys.exit(f"unknown format {kind}")


main()
