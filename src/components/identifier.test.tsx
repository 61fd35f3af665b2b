import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { Identifier } from "./identifier";

it.each([
  ["gpt-4o-mini", "gpt-<wbr/>4o-<wbr/>mini"],
  ["meta-llama/llama-3.1", "meta-<wbr/>llama/<wbr/>llama-<wbr/>3.<wbr/>1"],
  ["https://api.example.com/hook", "https://<wbr/>api.<wbr/>example.<wbr/>com/<wbr/>hook"],
  ["whisper", "whisper"],
  ["", ""],
])("lets a line end only after a separator of %s", (text, html) => {
  const { 1: inner } = /^<span[^>]*>(.*)<\/span>$/.exec(renderToStaticMarkup(<Identifier>{text}</Identifier>)) ?? [];
  expect(inner).toBe(html);
});
