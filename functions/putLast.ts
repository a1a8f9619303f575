/**
 * Puts an entry behind all others of a map that holds `most` of them, whose first goes for it: the one that
 * was put longest ago. For what a process keeps and can do without.
 */
export function putLast<K, V>(map: Map<K, V>, key: K, value: V, most: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= most) return;
  for (const first of map.keys()) {
    map.delete(first);
    return;
  }
}
