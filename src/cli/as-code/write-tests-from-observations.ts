import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { readFilterOfFile, TriggerFile } from "@/domain/as-code/configuration-files";
import { decideOnNewObservation, type TriggerUnderTest } from "@/domain/as-code/trigger-tests";
import type { PulledConfiguration } from "@/server/services/as-code/pull-configuration";
import type { SampledObservation } from "@/server/services/as-code/list-sample-observations";
import { isJsonObject, isObjectOrList } from "@/domain/json/json-kinds";
import { callApi, type ApiTarget } from "./call-api";
import { writeYaml } from "./yaml-numbers";

const REDACTED = "(redacted)";

/**
 * Returns a function that copies an object and replaces values of the copy at dotted paths, such as `input` or
 * `metadata.user.email`. Missing values and nulls stay.
 */
export function makePathRedactor(
  paths: readonly string[],
): (observation: Record<string, unknown>) => Record<string, unknown> {
  return (observation) => {
    const copy = copyOf(observation) as Record<string, unknown>;
    for (const path of paths.map((one) => one.trim()).filter((one) => one !== "")) {
      const steps = path.split(".");
      const last = steps.pop()!;
      let place: unknown = copy;
      for (const step of steps) place = isObjectOrList(place) ? place[step] : undefined;
      if (isObjectOrList(place) && Object.hasOwn(place, last) && place[last] !== null) place[last] = REDACTED;
    }
    return copy;
  };
}

/** Copies objects and lists deeply, and shares all other values. structuredClone would lose digits of long numbers. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copyOf(member)]));
}

type SampleOptions = {
  limit: number;
  triggers: PulledConfiguration;
  redact: (observation: Record<string, unknown>) => Record<string, unknown>;
};

/**
 * Writes a file of tests from the project's latest observations. Each test expects the decisions of the pulled
 * triggers.
 * @returns the number of observations
 */
export async function writeTestsFromObservations(
  target: ApiTarget,
  path: string,
  options: SampleOptions,
): Promise<number> {
  if (!Number.isInteger(options.limit) || options.limit < 1 || options.limit > 500)
    throw new Error("--sample takes a number from 1 to 500.");
  const { items } = await callApi<{ items: SampledObservation[] }>(
    target,
    `/configuration/sample?limit=${options.limit}`,
  );
  const { files, pulled } = options.triggers;
  const triggers = Object.entries(files.triggers).flatMap(([key, written]): TriggerUnderTest[] => {
    const file = TriggerFile.parse(written);
    const { filter } = readFilterOfFile(file);
    return filter === null ? [] : [{ ...file, key, id: pulled.triggers[key]!.id, filter }];
  });
  const now = new Date();
  const tests = items.map((item, index) => {
    const observation = options.redact(item.observation);
    const decisions = triggers.flatMap((trigger) => {
      const decision = decideOnNewObservation(trigger, observation, now);
      return "problem" in decision ? [] : [[trigger.key, decision.kind] as const];
    });
    return { name: `${index + 1}: ${item.name ?? "no name"}`, observation, expect: Object.fromEntries(decisions) };
  });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, writeYaml({ tests }));
  return tests.length;
}
