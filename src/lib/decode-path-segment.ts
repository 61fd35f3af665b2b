/** Decodes a segment of a URL's path. A segment with wrong percent encoding is returned as it is. */
export function decodePathSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
