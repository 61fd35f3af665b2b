/** The duration of a lease, s. A sweep renews the lease in time; an expired lease may be taken by another process. */
export const LEASE_SECONDS = 30;
