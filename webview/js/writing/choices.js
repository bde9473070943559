// @ts-check
/**
 * What can be picked, as commands of the palette. Pure.
 * @import * as P from "../protocol.gen"
 * @import { Picked } from "../types"
 * @import { Command } from "../palette/commands.js"
 */

/**
 * @param {P.Session} session
 * @param {P.SessionOptions} options
 * @param {Picked | undefined} picked
 * @returns {Command[]}
 */
export function choiceCommands(session, options, picked) {
  const models = options.models.map((choice) => modelCommand(session, choice, picked));
  const modes = options.modes.map((choice) => modeCommand(session, choice, picked));
  return [
    ...(models.length > 1 ? [pageCommand("models", "Switch the model…", "Model for the next prompt", models)] : []),
    ...(modes.length > 1 ? [pageCommand("modes", "Switch the mode…", "Mode for the next prompt", modes)] : []),
    ...(models.length > 1 ? models : []),
    ...(modes.length > 1 ? modes : []),
    ...providerCommands(options.models, models),
  ];
}

/** @param {P.SettingInfo[]} settings @returns {Command[]} */
export function settingCommands(settings) {
  return settings.map(({ name, env, title, group, description }) => ({
    id: `setting:${name}`,
    title: title || name,
    group: "Settings",
    hint: [group, description, env].filter(Boolean).join(" · "),
    run: (actions) => actions.openSetting(name),
  }));
}

/** @param {P.Session} session @param {P.Choice} choice @param {Picked | undefined} picked @returns {Command} */
function modelCommand(session, choice, picked) {
  return {
    id: `model:${choice.id}`,
    title: choice.name,
    group: "Models",
    hint: [choice.provider, choice.description].filter(Boolean).join(" · "),
    current: choice.id === (picked?.model ?? session.model),
    run: (actions) => actions.composing.pick(session.id, { model: choice.id }),
  };
}

/** @param {P.Session} session @param {P.Choice} choice @param {Picked | undefined} picked @returns {Command} */
function modeCommand(session, choice, picked) {
  return {
    id: `mode:${choice.id}`,
    title: choice.name,
    group: "Modes",
    ...(choice.description && { hint: choice.description }),
    current: choice.id === (picked?.mode ?? session.mode),
    run: (actions) => actions.composing.pick(session.id, { mode: choice.id }),
  };
}

/** @param {P.Choice[]} choices @param {Command[]} models in the same order @returns {Command[]} */
function providerCommands(choices, models) {
  const names = [...new Set(choices.map(({ provider }) => provider).filter((name) => name !== undefined))];
  if (names.length < 2) return [];
  return names.map((name) => ({
    ...pageCommand(
      `provider:${name}`,
      `Models of ${name}…`,
      `Models of ${name}`,
      models.filter((_, index) => choices[index]?.provider === name),
    ),
    group: "Providers",
  }));
}

/** @param {string} id @param {string} title @param {string} heading @param {Command[]} commands @returns {Command} */
function pageCommand(id, title, heading, commands) {
  return { id: `page:${id}`, title, group: "Actions", page: { title: heading, load: async () => commands }, run() {} };
}
