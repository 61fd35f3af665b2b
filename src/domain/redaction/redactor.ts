import { parseInstant } from "../filter/parse-instant";
import { isJsonObject, isObjectOrList } from "../json/json-kinds";
import { LongNumber } from "../json/long-number";
import {
  makeValueCopyPattern,
  findRedactionMatches,
  makeRedactionPatterns,
  replaceRedactionMatches,
  type ExpressionSearch,
  type RedactionPattern,
} from "./patterns";
import { unredactableFields, type RedactionRule } from "./rules";
import { stepIntoRulePath, mapMembers, convertScalarToText, RedactionWalker, type RemainingPathRule } from "./walker";

export type RedactorInput = {
  rules: readonly RedactionRule[];
  /** returns the salted hash of a text; equal texts of a project have equal hashes */
  hash: (text: string) => string;
  search: ExpressionSearch;
};

/** The parts of an event source's data at which redaction rules apply. */
export type RedactionLayout = {
  /** the member of the data that holds the subject, such as `observation`; null: rules by path apply at every depth */
  within: string | null;
  /** members that hold ids: values found in them are always hashed, because other rows refer to them */
  links: readonly string[];
  /** members that may repeat another member: the rules for that member apply to them too */
  repeats: Readonly<Record<string, readonly string[]>>;
  /** objects in `metadata` that keep the client's original data and so repeat the values of fields */
  copies: readonly string[];
};

export type Redactor = {
  /**
   * Redacts the data of an event. Returns the same object if it found nothing.
   * @param kind a patch has its fields in the member `patch`; a refused event may have any shape
   */
  redactData(
    data: Record<string, unknown>,
    layout: RedactionLayout,
    kind?: "patch" | "refused",
  ): Record<string, unknown>;
  /**
   * Redacts a text outside of the data, such as an id that the sender gave. It hashes the values that it finds. An id
   * of OpenTelemetry or a UUID stays as it is.
   */
  redactText(text: string): string;
  /**
   * Returns the hashed form in which a value at a path of an event is stored.
   * @returns null if the value is stored without a hash, or if different values have the same stored form
   */
  hashedValue(place: readonly string[], value: string, layout: RedactionLayout): string | null;
};

/** Members of an event's data that the program itself reads, so they are never redacted. */
const ownMembers: ReadonlySet<string> = new Set(["v", "projectId"]);

/** Makes the redactor of a project. */
export function createRedactor({ rules, hash, search }: RedactorInput): Redactor {
  const paths = rules.flatMap((rule): RemainingPathRule[] =>
    rule.find === "path" ? [{ steps: rule.path.split("."), action: rule.action }] : [],
  );
  const walker = new RedactionWalker(makeRedactionPatterns(rules, search), hash);
  const { patterns } = walker;
  const redactText = (text: string): string =>
    isOpaqueId(text) ? text : walker.text(text, patterns, { isHashed: true });
  const pathsTo = (name: string, { repeats }: RedactionLayout): RemainingPathRule[] => {
    const others = Object.hasOwn(repeats, name) ? repeats[name]! : [];
    return [name, ...others].flatMap((asked) => paths.flatMap((path) => stepIntoRulePath(path, asked)));
  };

  /** Redacts a subject, or a part of its fields. */
  const redactThing = (thing: Record<string, unknown>, layout: RedactionLayout): Record<string, unknown> => {
    const copied = paths.length === 0 ? [] : copiesOf(thing, layout);
    return mapMembers(thing, (name, value) => {
      const kept = isPlainName(name) ? name : walker.name(name);
      if (layout.links.includes(name) && typeof value === "string") return [kept, redactText(value)];
      if (isTyped(name, value)) return [kept, value];
      const followed = pathsTo(name, layout);
      const arrived = followed.find(({ steps }) => steps.length === 0);
      if (arrived) return [kept, walker.replace(value, arrived.action)];
      const made = walker.value(value, { followed, everywhere: [], patterns });
      const hasCopies = name === "metadata" && copied.length > 0 && isJsonObject(made);
      return [kept, hasCopies ? withoutCopies(made, copied, layout) : made];
    });
  };

  /** Makes patterns for the values that rules by path find in a subject, to find copies of these values. */
  const copiesOf = (thing: Record<string, unknown>, layout: RedactionLayout): RedactionPattern[] => {
    const found = new Map<string, RedactionPattern>();
    const visit = (value: unknown, followed: readonly RemainingPathRule[]): void => {
      const arrived = followed.find(({ steps }) => steps.length === 0);
      if (isObjectOrList(value)) {
        for (const [name, item] of Object.entries(value))
          visit(item, arrived ? [arrived] : followed.flatMap((path) => stepIntoRulePath(path, name)));
      } else if (arrived && value !== null && value !== undefined && value !== "") {
        found.set(convertScalarToText(value), makeValueCopyPattern(convertScalarToText(value), arrived.action));
      }
    };
    for (const [name, value] of Object.entries(thing)) visit(value, pathsTo(name, layout));
    return [...found.values()];
  };

  const withoutCopies = (
    metadata: Record<string, unknown>,
    copied: readonly RedactionPattern[],
    { copies }: RedactionLayout,
  ) =>
    mapMembers(metadata, (name, value) => [
      name,
      copies.includes(name) ? walker.value(value, { followed: [], everywhere: [], patterns: copied }) : value,
    ]);

  /** Redacts a patch: its id, and the members that hold fields. */
  const redactPatch = (patch: Record<string, unknown>, layout: RedactionLayout): unknown =>
    mapMembers(patch, (part, item) => [
      part,
      part === "id" && typeof item === "string"
        ? redactText(item)
        : isJsonObject(item)
          ? redactThing(item, layout)
          : item,
    ]);

  return {
    redactData: (data, layout, kind) =>
      mapMembers(data, (name, value) => {
        if (ownMembers.has(name)) return [name, value];
        if (isJsonObject(value) && kind !== "refused") {
          if (name === layout.within) return [name, redactThing(value, layout)];
          if (kind === "patch" && name === "patch") return [name, redactPatch(value, layout)];
        }
        return [walker.name(name), walker.member({ name, value }, { followed: [], everywhere: paths, patterns })];
      }),
    redactText,
    hashedValue([column = "", ...steps], value, layout) {
      if (value === "") return null;
      let followed = pathsTo(column, layout);
      for (const step of [null, ...steps]) {
        if (step !== null) followed = followed.flatMap((path) => stepIntoRulePath(path, step));
        const arrived = followed.find((path) => path.steps.length === 0);
        if (arrived) return arrived.action === "hash" ? hash(value) : null;
      }
      const isLink = layout.links.includes(column);
      if (isLink) return redactText(value) === value ? null : redactText(value);
      const cuts = findRedactionMatches(value, patterns);
      if (cuts === null || cuts.length === 0 || cuts.some(({ pattern }) => pattern.action !== "hash")) return null;
      return replaceRedactionMatches(value, cuts, { hash });
    },
  };
}

/** Tells whether a member's name has only letters, like `statusMessage`. Such a name is not searched for values. */
const isPlainName = (name: string): boolean => /^[A-Za-z]{1,40}$/.test(name);

/**
 * Tells whether a text is an id of OpenTelemetry or a UUID. In its random digits a pattern would only find values by
 * chance.
 */
const isOpaqueId = (text: string): boolean =>
  /^(?:[0-9a-f]{16}|[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.test(text);

/**
 * Tells whether a field holds a number, a date or one of few words that the program reads. No rule changes such a
 * value.
 */
function isTyped(name: string, value: unknown): boolean {
  if (!unredactableFields.has(name)) return false;
  if (typeof value === "number" || value instanceof LongNumber) return true;
  if (typeof value === "string") return parseInstant(value) !== null || /^[A-Z]{1,20}$/.test(value);
  return (
    isJsonObject(value) && Object.values(value).every((item) => typeof item === "number" || item instanceof LongNumber)
  );
}
