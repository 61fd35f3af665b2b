const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const month = `(?<month>${MONTHS.join("|")})`;
const time = "(?<hour>\\d{2}):(?<minute>\\d{2}):(?<second>\\d{2})";
const shortDay = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const longDay = "(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)";

/**
 * Matches an HTTP date in the form that senders must use, or in the two old forms that recipients must accept. All are
 * in UTC.
 */
const forms = [
  new RegExp(`^${shortDay}, (?<day>\\d{2}) ${month} (?<year>\\d{4}) ${time} GMT$`),
  new RegExp(`^${longDay}, (?<day>\\d{2})-${month}-(?<year>\\d{2}) ${time} GMT$`),
  new RegExp(`^${shortDay} ${month} (?<day>[ \\d]\\d) ${time} (?<year>\\d{4})$`),
];

/**
 * Parses an HTTP date (RFC 9110, 5.6.7). Date.parse is not strict enough: it makes a date of "try 2030", and reads the
 * asctime form in the time zone of this machine.
 * @param now a year of two digits becomes the latest such year that is at most 50 years after `now`
 * @returns epoch milliseconds; null for any other text
 */
export function parseHttpDate(text: string, now: Date): number | null {
  const found = forms.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
  if (!found) return null;
  const part = (name: string): number => Number(found[name]);
  const [day, monthIndex, hour, minute, second] = [
    part("day"),
    MONTHS.indexOf(found.month ?? ""),
    part("hour"),
    part("minute"),
    part("second"),
  ];
  // A second of 60 is a leap second, which Date counts as the next minute.
  if (hour > 23 || minute > 59 || second > 60) return null;
  const at = new Date(0);
  at.setUTCFullYear(found.year?.length === 2 ? fullYear(part("year"), now) : part("year"), monthIndex, day);
  // Date moves a day that the month does not have into a neighbouring month, so the month is compared.
  if (at.getUTCMonth() !== monthIndex) return null;
  return at.setUTCHours(hour, minute, second);
}

function fullYear(twoDigits: number, now: Date): number {
  const year = now.getUTCFullYear();
  const candidate = year - (year % 100) + 100 + twoDigits;
  return candidate - 100 * Math.max(0, Math.ceil((candidate - year - 50) / 100));
}
