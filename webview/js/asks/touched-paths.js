// @ts-check
/** Paths in the words of a command, and whether they lie in a folder. Pure. */

const NO_FILES = /^\/dev\/(?:null|stdout|stderr|stdin|tty|zero|u?random|fd\/\d+)$/;
const PROGRAMS = /^\/(?:usr\/(?:local\/)?)?s?bin\/[^/]+$|^\/opt\/homebrew\/bin\/[^/]+$/;

/** Whole paths, and those that lead to the home or upwards. @param {string} command @returns {string[]} */
export function pathsIn(command) {
  const words = command.replace(/https?:\/\/\S+/gi, " ").split(/[\s;&|()<>"'`,]+|(?<=\w)=(?=[/~.$])/);
  return words.filter((word) => isTelling(word) && !NO_FILES.test(word) && !PROGRAMS.test(word));
}

/** Whether a path lies in a folder; a relative one is taken from there. @param {string} path @param {string} folder */
export function isInside(path, folder) {
  if (!folder) return true;
  if (/^(?:~|\$\{?HOME\b|%USERPROFILE%)/i.test(path)) return false;
  const whole = isRooted(path) ? path : `${folder}/${path}`;
  const [steps, base] = [stepsOf(whole), stepsOf(folder)];
  return base.every((step, index) => steps[index] === step);
}

/** @param {string} word */
function isTelling(word) {
  return (
    /^(?:\/[^/\s]|~(?:\/|$)|[A-Za-z]:[\\/]|\\\\|\$\{?HOME\b|%USERPROFILE%)/i.test(word) ||
    word === "/" ||
    /(?:^|[\\/])\.\.(?:[\\/]|$)/.test(word)
  );
}

/** @param {string} path */
function isRooted(path) {
  return /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(path);
}

/** @param {string} path */
function stepsOf(path) {
  /** @type {string[]} */ const steps = [];
  for (const step of path.split(/[\\/]+/)) {
    if (step === "..") steps.pop();
    else if (step && step !== ".") steps.push(step);
  }
  return steps;
}
