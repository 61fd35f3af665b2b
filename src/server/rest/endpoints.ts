import type { Endpoint } from "./endpoint";
import { actionEndpoints } from "./endpoints/actions";
import { projectEndpoints } from "./endpoints/projects";
import { triggerEndpoints } from "./endpoints/triggers";

/** Every endpoint of the REST API. The router, the OpenAPI document and the tests of roles read this table. */
export const endpoints: readonly Endpoint[] = [...projectEndpoints, ...triggerEndpoints, ...actionEndpoints];
