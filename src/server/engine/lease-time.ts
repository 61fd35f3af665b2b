/** A lease that nobody renews for so long may be taken by another process. Renewed every sweep. */
export const LEASE_SECONDS = 30;
