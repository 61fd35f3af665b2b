import { Prisma } from "@/generated/prisma/client";

/**
 * SQL for the lease tokens of all taken endpoint slots, with the number of the process in each token. The number of an
 * unreadable token is null.
 */
export const leaseTokensOfSlotsSql = Prisma.sql`
  SELECT h.project_id, h.action_id, slot #>> '{}' AS token,
    (regexp_match(slot #>> '{}', '^([0-9]{1,10}):'))[1]::bigint AS number
  FROM action_health h, jsonb_path_query(h.slots, '$[*][0]') AS slot`;
