/** A lease expires after this time unless a sweep renews it. Then another process may take it. */
export const LEASE_SECONDS = 30;
