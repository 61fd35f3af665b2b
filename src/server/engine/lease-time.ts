/**
 * How long a lease of a call lasts, in s. The process that holds it renews it with each sweep. Another process may take
 * over a call with an expired lease.
 */
export const LEASE_SECONDS = 30;
