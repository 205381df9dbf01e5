// Fetches the code of the maps, which is larger than all that changes on them: as a file of its own it is sent once, while what
// stands in here is sent with every change of the data.

// A file as bytes: from the app's own address, from inside its address, or handed over by depot.js.
async function fetched(address) {
  if (address.startsWith("depot:")) return slot(address.slice(6)).promise;
  const answer = await fetch(new URL(address, document.baseURI));
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.arrayBuffer();
}

function slot(name) {
  const slots = (globalThis.latentLabDepot ??= new Map());
  if (!slots.has(name)) slots.set(name, Promise.withResolvers());
  return slots.get(name);
}

async function code(address) {
  if (!address.startsWith("depot:")) return import(new URL(address, document.baseURI));
  const script = new Blob([await fetched(address)], { type: "text/javascript" });
  return import(URL.createObjectURL(script));
}

export default function (given) {
  const codes = (globalThis.latentLabCode ??= new Map());
  const [{ code: address }] = given.data;
  if (!codes.has(address)) codes.set(address, code(address));
  let end;
  const begun = codes.get(address).then(
    (module) => (end = module.default({ ...given, fetched })),
    (error) => {
      codes.delete(address);
      given.parentElement.querySelector(".latent-planes").textContent = `The map's code could not be fetched (${error.message}). Reload the page to try again.`;
    },
  );
  return () => void begun.then(() => end?.());
}
