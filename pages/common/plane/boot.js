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

// About as high as the maps will be, so that what stands below hardly moves when their code has come.
function roomFor(planes, width) {
  const [around, times] = width > 440 ? [110, 1] : [270, planes.length]; // on a phone the pictures are above each map
  const highest = Math.max(...planes.map((plane) => plane.height));
  return times * (Math.min(highest, 1.05 * width) + around);
}

export default function (given) {
  const codes = (globalThis.latentLabCode ??= new Map());
  const [{ code: address, planes }] = given.data;
  const root = given.parentElement.querySelector(".latent-planes");
  if (!codes.has(address)) codes.set(address, code(address));
  if (!root.planes) root.style.minHeight = `${roomFor(planes, root.clientWidth)}px`;
  let end;
  const begun = codes.get(address).then(
    (module) => {
      end = module.default({ ...given, fetched });
      root.style.minHeight = "";
    },
    (error) => {
      codes.delete(address);
      root.style.minHeight = "";
      root.textContent = `The map's code could not be fetched (${error.message}). Reload the page to try again.`;
    },
  );
  return () => void begun.then(() => end?.());
}
