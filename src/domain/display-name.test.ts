import { expect, test } from "vitest";
import { DisplayName } from "./display-name";

test("a name loses the invisible characters that turn its direction, and keeps the marks that scripts need", () => {
  expect(DisplayName.parse("  invoice\u202Efdp.exe\u202C ")).toBe("invoicefdp.exe");
  expect(DisplayName.parse("\u2068 Alerts \u2069")).toBe("Alerts");
  expect(DisplayName.parse("שלום\u200F (1)")).toBe("שלום\u200F (1)");
  expect(DisplayName.parse("می\u200Cخواهم 👩‍🚀")).toBe("می\u200Cخواهم 👩‍🚀");
});

test("a name of direction controls alone is refused like an empty name, and they do not count as characters", () => {
  expect(DisplayName.safeParse("\u202E \u2066").error?.issues[0]?.message).toBe("Enter a name.");
  expect(DisplayName.parse(`${"x".repeat(100)}\u202C`)).toHaveLength(100);
  expect(DisplayName.safeParse("x".repeat(101)).success).toBe(false);
});
