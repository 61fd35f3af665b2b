import { describe, expect, it } from "vitest";
import { cutSharedAttributes } from "./cut-shared-attributes";
import type { OtlpSpan } from "../decode/trace-export";
import { scopeNamed, spanOf } from "./testing";

/** The spans of one export, which share one resource and one scope. */
function spansOf(count: number, resource: Record<string, unknown>, scope = scopeNamed("lib")): OtlpSpan[] {
  const { resource: shared } = spanOf({ resource });
  return Array.from({ length: count }, (_, at) => ({ ...spanOf({ spanId: `s${at}`, scope }), resource: shared }));
}
/** The characters of all resources and scopes, which the observation of each span repeats. */
function repeated(spans: readonly OtlpSpan[]): number {
  const sizes = new Map<object, number>();
  const sizeOf = (part: object, attributes: OtlpSpan["resource"], ...texts: (string | null)[]): number => {
    const size = sizes.get(part) ?? JSON.stringify([Object.fromEntries(attributes), ...texts]).length;
    sizes.set(part, size);
    return size;
  };
  return spans.reduce(
    (sum, { resource, scope }) =>
      sum + sizeOf(resource, resource) + sizeOf(scope, scope.attributes, scope.name, scope.version),
    0,
  );
}

describe("attributes that spans share", () => {
  it.each<[string, number, Record<string, unknown>, OtlpSpan["scope"]]>([
    ["one long value", 1_000, { big: "z".repeat(250_000), "service.name": "shop" }, scopeNamed("lib")],
    ["a list of texts", 1_000, { big: Array.from({ length: 50_000 }, () => "text") }, scopeNamed("lib")],
    [
      "many values",
      2_000,
      Object.fromEntries(Array.from({ length: 9_000 }, (_, at) => [`a${at}`, at])),
      scopeNamed("lib"),
    ],
    ["a long name", 1_000, { ["n".repeat(300_000)]: 1 }, scopeNamed("lib")],
    [
      "a long scope",
      1_000,
      {},
      { name: "l".repeat(200_000), version: "1".repeat(9_000), attributes: new Map([["a", "x".repeat(90_000)]]) },
    ],
  ])("with %s become at most 32 times the export, and the sender learns of it", (_what, count, resource, scope) => {
    const spans = spansOf(count, resource, scope);
    const bytes = 500_000;
    const cut = cutSharedAttributes(spans, bytes);
    expect(repeated(spans)).toBeGreaterThan(100_000_000 / 10);
    expect(repeated(cut)).toBeLessThan(bytes * 32 + count * 300);
    expect(cut).not.toBe(spans);
    expect(cut.map(({ spanId }) => spanId)).toEqual(spans.map(({ spanId }) => spanId));
    expect(new Set(cut.map((span) => span.resource)).size).toBe(1);
  });

  it("stay whole with a usual resource, and where few spans share a long one", () => {
    const usual = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`k8s.label.${at}`, "v".repeat(80)]));
    const many = spansOf(5_000, usual);
    expect(cutSharedAttributes(many, 5_000 * 300)).toBe(many);
    const few = spansOf(20, { big: "z".repeat(1_000_000) });
    expect(cutSharedAttributes(few, 1_010_000)).toBe(few);
  });

  it("keep the beginning of the only value", () => {
    const [span] = cutSharedAttributes(spansOf(1_000, { big: "z".repeat(250_000) }), 500_000);
    expect(span!.resource.get("big")).toMatch(/^z{7000}/);
  });

  it("keep short values beside a cut one", () => {
    const [span] = cutSharedAttributes(spansOf(1_000, { "service.name": "shop", big: "z".repeat(250_000) }), 500_000);
    expect(span!.resource.get("service.name")).toBe("shop");
    expect(span!.resource.get("big")).toMatch(/^z+…\[cut by Trigger System: 250,000 characters\]$/);
  });
});
