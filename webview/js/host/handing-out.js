// @ts-check
/** How a page gives a text away; what a browser allows differs with the address it came from. */

const ADDRESS_KEPT = 60_000; // ms: a slow phone may begin late to write the file

/** Have the browser write a text as a file. @param {Window} window @param {string} name @param {string} mime @param {string} text */
export function downloadText(window, name, mime, text) {
  const { document } = window;
  const address = URL.createObjectURL(new Blob([text], { type: `${mime};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  window.setTimeout(() => URL.revokeObjectURL(address), ADDRESS_KEPT);
}

/** Put a text in the clipboard. @param {Window} window @param {string} text @returns {Promise<boolean>} */
export async function copyText(window, text) {
  try {
    await window.navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyOldWay(window.document, text); // a page on the LAN has no clipboard of its own
  }
}

/**
 * The device's own menu for sharing; null where there is none.
 * @param {Window} window
 * @returns {((name: string, mime: string, text: string) => Promise<void>) | null}
 */
export function shareMenu(window) {
  const { navigator } = window;
  if (!navigator.share || !window.matchMedia("(pointer: coarse)").matches) return null;
  return async (name, _mime, text) => {
    const file = new File([text], name.replace(/\.md$/, ".txt"), { type: "text/plain" }); // .md is not on the browsers' list
    const content = navigator.canShare?.({ files: [file] }) ? { files: [file], title: name } : { text, title: name };
    await navigator.share(content).catch(unlessWavedAway);
  };
}

/** @param {unknown} error */
function unlessWavedAway(error) {
  if (!(error instanceof DOMException && error.name === "AbortError")) throw error;
}

/** @param {Document} document @param {string} text */
function copyOldWay(document, text) {
  const around = document.querySelector("dialog[open]") ?? document.body; // outside an open dialog nothing takes the focus
  const focused = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "sr-only";
  around.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}
