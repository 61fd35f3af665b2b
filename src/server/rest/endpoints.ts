import type { RestEndpoint } from "./endpoint";
import { actionEndpoints } from "./endpoints/actions";
import { administrationEndpoints } from "./endpoints/administration";
import { backfillEndpoints } from "./endpoints/backfills";
import { configurationEndpoints } from "./endpoints/configuration";
import { draftEndpoints } from "./endpoints/drafts";
import { executionEndpoints } from "./endpoints/executions";
import { observationEndpoints } from "./endpoints/observations";
import { projectEndpoints } from "./endpoints/projects";
import { resendEndpoints } from "./endpoints/resends";
import { shadowEndpoints } from "./endpoints/shadows";
import { triggerEndpoints } from "./endpoints/triggers";
import { versionEndpoints } from "./endpoints/versions";
import { usageEndpoints } from "./endpoints/usage";

/** All endpoints of the REST API. The router, the OpenAPI document and the tests of roles read this list. */
export const restEndpoints: readonly RestEndpoint[] = [
  ...projectEndpoints,
  ...triggerEndpoints,
  ...shadowEndpoints,
  ...actionEndpoints,
  ...versionEndpoints,
  ...configurationEndpoints,
  ...executionEndpoints,
  ...resendEndpoints,
  ...observationEndpoints,
  ...backfillEndpoints,
  ...administrationEndpoints,
  ...usageEndpoints,
  ...draftEndpoints,
];
