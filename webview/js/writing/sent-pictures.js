// @ts-check
/**
 * Pictures for a prompt: read, made small enough, and refused with a reason.
 * @import { Picture } from "../types"
 * @typedef {{ picture: Picture } | { problem: string }} ReadPicture
 */
export const PICTURES_MOST = 4;
export const PICTURE_TYPES = /** @type {const} */ (["image/png", "image/jpeg", "image/gif", "image/webp"]);
const PICTURE_LONGEST = 2_000; // px: models see no more
const PICTURE_BYTES = 1_400_000; // of one, so that four fit into one call
const PICTURE_REFUSED = 4 * 1024 * 1024; // bytes: the hub takes no larger one

/** @param {File} file @param {string} id @returns {Promise<ReadPicture>} */
export async function readPicture(file, id) {
  const mime = PICTURE_TYPES.find((type) => type === file.type);
  const name = (file.name || "picture").slice(0, 200);
  if (!mime) return { problem: `“${name}” is no picture that can be sent: PNG, JPEG, GIF and WebP can.` };
  const blob = mime === "image/gif" ? file : await smaller(file).catch(() => null);
  if (!blob) return { problem: `“${name}” cannot be read as a picture.` };
  if (blob.size > PICTURE_REFUSED)
    return { problem: `“${name}” has ${megabytes(blob.size)}; at most ${megabytes(PICTURE_REFUSED)} can be sent.` };
  const type = PICTURE_TYPES.find((one) => one === blob.type) ?? mime;
  return { picture: { id, name, mime: type, data: await base64(blob) } };
}

/** Why one more does not fit; null when it does. @param {Picture[]} pictures @param {Picture} more */
export function whyNoMore(pictures, more) {
  if (pictures.length >= PICTURES_MOST) return `At most ${PICTURES_MOST} pictures go with one prompt.`;
  const letters = [...pictures, more].reduce((sum, { data }) => sum + data.length, 0);
  return letters > PICTURES_MOST * PICTURE_BYTES * (4 / 3) ? "These pictures are too large together." : null;
}

/** @param {Picture} picture */
export function pictureAddress({ mime, data }) {
  return `data:${mime};base64,${data}`;
}

/** As it is when it is small, else drawn again smaller. @param {Blob} file */
async function smaller(file) {
  const image = await createImageBitmap(file);
  const scale = Math.min(1, PICTURE_LONGEST / Math.max(image.width, image.height));
  if (scale === 1 && file.size <= PICTURE_BYTES) return file;
  const drawn = drawnAgain(image, scale);
  const first = await asBlob(drawn, file.type === "image/png" ? "image/png" : "image/jpeg");
  return first.size <= PICTURE_BYTES ? first : asBlob(drawn, "image/jpeg");
}

/** @param {ImageBitmap} image @param {number} scale */
function drawnAgain(image, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** @param {HTMLCanvasElement} canvas @param {string} type @returns {Promise<Blob>} */
function asBlob(canvas, type) {
  return new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error(type))), type, 0.85));
}

/** @param {Blob} blob @returns {Promise<string>} */
function base64(blob) {
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result).replace(/^[^,]*,/, ""));
    reader.onerror = () => fail(reader.error);
    reader.readAsDataURL(blob);
  });
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
