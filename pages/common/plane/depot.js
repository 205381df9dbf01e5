// Hands a file over to the maps of the page, where the server sends it through a component because it has no route for it. Its
// name stands before it, in a line of its own.

export default function ({ data }) {
  const end = data.indexOf(10);
  const name = new TextDecoder().decode(data.subarray(0, end));
  const depots = (globalThis.latentLabDepot ??= new Map());
  if (!depots.has(name)) depots.set(name, Promise.withResolvers());
  depots.get(name).resolve(data.slice(end + 1).buffer);
}
