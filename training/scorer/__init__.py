"""Turns a Llama-architecture GGUF into the scorer graph that the TypeScript library runs."""
