import { createUlidMaker } from "./platform/ulid";

/** The prefix of an id, which shows what the id names, such as `trg` for a trigger. */
export type IdPrefix =
  | "trg" // trigger
  | "act" // action
  | "exe" // execution
  | "att" // attempt
  | "evt" // event, rejected event
  | "dec" // decision
  | "prj" // project
  | "key" // event key
  | "sec" // signing secret
  | "lnk" // access link
  | "aud" // audit log entry
  | "usr" // user
  | "ver" // version of a trigger or an action
  | "job" // job, such as a backfill
  | "ntc" // notice: to the operational webhook, or to people
  | "eml" // email
  | "lse" // lease
  | "viw" // saved view
  | "lst" // live stream
  | "drf" // draft of a trigger
  | "tok" // API token
  | "prc" // price of a model
  | "shd" // shadow of a trigger
  | "rcp"; // receipt of the test endpoint

const next = createUlidMaker(Date.now);

/** Makes an id from a prefix and a ULID: `trg_01j…`, in lower case. Ids sort by the time of their making. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${next().toLowerCase()}`;
}
