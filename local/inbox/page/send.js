/** Asks the server, and gives its answer; throws what the server says is wrong. */
export async function ask(method, path, body) {
  const response = await fetch(path, {
    method,
    ...(body && {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}
