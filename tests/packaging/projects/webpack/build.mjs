import webpack from "webpack";

const options = { mode: "production", entry: "./main.js", output: { path: `${process.cwd()}/dist` } };

webpack(options, (error, stats) => {
  console.log(error ?? stats.toString());
  if (error || stats.hasErrors() || stats.hasWarnings()) process.exitCode = 1;
});
