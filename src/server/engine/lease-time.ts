/**
 * How long a lease of a call lasts, in s. The holder renews it by the first sweep after a third of that time. Another
 * process may take over a call with an expired lease.
 */
export const LEASE_SECONDS = 30;
