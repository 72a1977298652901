"""Writes a GGUF file with a tiny llama of random weights: `random_model.py FILE`. Needs the package `gguf`."""

import sys

import gguf
import numpy

LAYERS, WIDTH, HEADS, INNER, CONTEXT = 2, 64, 4, 128, 2048


def vocabulary():
    """Three special tokens, the 256 bytes, and the printable characters, so that texts are legible."""
    kinds = gguf.TokenType
    special = [("<unk>", kinds.UNKNOWN), ("<s>", kinds.CONTROL), ("</s>", kinds.CONTROL)]
    bytes_ = [(f"<0x{byte:02X}>", kinds.BYTE) for byte in range(256)]
    letters = [("▁" if code == 32 else chr(code), kinds.NORMAL) for code in range(32, 127)]
    return special + bytes_ + letters


def main():
    writer = gguf.GGUFWriter(sys.argv[1], "llama")
    tokens = vocabulary()
    writer.add_name("tiny")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(tokens))
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_tokenizer_model("llama")
    writer.add_token_list([token for token, _ in tokens])
    writer.add_token_scores([0.0 if kind != gguf.TokenType.NORMAL else -1.0 for _, kind in tokens])
    writer.add_token_types([int(kind) for _, kind in tokens])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    random = numpy.random.default_rng(7)

    def put(name, *shape):
        writer.add_tensor(name, random.normal(0, 0.5, shape).astype(numpy.float32))

    put("token_embd.weight", len(tokens), WIDTH)
    writer.add_tensor("output_norm.weight", numpy.ones(WIDTH, dtype=numpy.float32))
    # Printable characters alone: the model never ends by itself, and its texts are valid UTF-8.
    output = random.normal(0, 0.5, (len(tokens), WIDTH)).astype(numpy.float32)
    output[:259] = 0.0
    writer.add_tensor("output.weight", output)
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        writer.add_tensor(f"{block}.attn_norm.weight", numpy.ones(WIDTH, dtype=numpy.float32))
        writer.add_tensor(f"{block}.ffn_norm.weight", numpy.ones(WIDTH, dtype=numpy.float32))
        for name in ["attn_q", "attn_k", "attn_v", "attn_output"]:
            put(f"{block}.{name}.weight", WIDTH, WIDTH)
        put(f"{block}.ffn_gate.weight", INNER, WIDTH)
        put(f"{block}.ffn_up.weight", INNER, WIDTH)
        put(f"{block}.ffn_down.weight", WIDTH, INNER)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
