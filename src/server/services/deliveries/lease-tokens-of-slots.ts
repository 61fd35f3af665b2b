import { Prisma } from "@/generated/prisma/client";

/** The lease tokens of all taken slots, each with the number of its process. An unreadable token has no number. */
export const leaseTokensOfSlotsSql = Prisma.sql`
  SELECT h.project_id, h.action_id, slot #>> '{}' AS token,
    (regexp_match(slot #>> '{}', '^([0-9]{1,10}):'))[1]::bigint AS number
  FROM action_health h, jsonb_path_query(h.slots, '$[*][0]') AS slot`;
