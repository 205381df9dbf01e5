// Hands a file over to the maps of the page, where the server sends it through a component because it has no route for it.

export default function ({ data }) {
  const depots = (globalThis.latentLabDepot ??= new Map());
  if (!depots.has(data.name)) depots.set(data.name, Promise.withResolvers());
  const bytes = data.bytes.getChildAt(0).toArray();
  depots.get(data.name).resolve(bytes.slice().buffer);
}
