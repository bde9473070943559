// __PILOT_MARKER__
// Written by `pilot init opencode`, removed by `pilot uninstall opencode`. The code is outside this folder, so that it can be renewed.
export default {
  id: "pilot",
  server: async (input) => {
    try {
      const { attach } = await import("__PILOT_BRIDGE__");
      return attach(input, "__PILOT_HOME__");
    } catch {
      return {};
    }
  },
};
