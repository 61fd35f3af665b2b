import fc from "fast-check";
import { expect, test } from "vitest";
import { compareShadowOutcomes, ShadowOutcome } from "./shadow";

test("a shadow equals its trigger for the same outcome, and two outcomes change sides when they are swapped", () => {
  const outcome = fc.constantFrom(...ShadowOutcome.options);
  const swapped = { bothFired: "bothFired", more: "fewer", fewer: "more", neither: "neither" } as const;
  fc.assert(
    fc.property(outcome, outcome, (active, proposed) => {
      const found = compareShadowOutcomes(active, proposed);
      expect(compareShadowOutcomes(proposed, active)).toBe(swapped[found]);
      expect(found === "bothFired" || found === "neither").toBe((active === "fires") === (proposed === "fires"));
    }),
  );
});
