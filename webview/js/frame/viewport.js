// @ts-check
const KEYBOARD = 120; // px: a smaller loss is a bar of the browser

/** The page is as high as what the keyboard on the screen leaves of it. @param {Window} window */
export function followKeyboard({ document, visualViewport, innerHeight: first }) {
  if (!visualViewport) return;
  let most = first;
  let width = visualViewport.width;
  visualViewport.addEventListener("resize", fit);
  visualViewport.addEventListener("scroll", fit);

  function fit() {
    if (!visualViewport || visualViewport.scale > 1.05) return; // zoomed in: a person reads
    if (visualViewport.width !== width) most = 0;
    width = visualViewport.width;
    most = Math.max(most, visualViewport.height);
    const typing = most - visualViewport.height > KEYBOARD && isField(document.activeElement);
    const { style, dataset } = document.documentElement;
    if (typing) style.setProperty("--seen", `${visualViewport.height}px`);
    else style.removeProperty("--seen");
    if (typing) dataset.typing = "";
    else delete dataset.typing;
    if (typing) document.documentElement.scrollTop = 0; // iOS moves the page up under its keyboard
  }
}

/** @param {Element | null} element */
function isField(element) {
  return element?.matches("textarea, input") ?? false;
}
