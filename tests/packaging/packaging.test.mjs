// The packed package in a small project for each tool that people use it with. One process: the tools are installed once.
import "./install.mjs";
import "./manifest.mjs";
import "./runtimes.mjs";
import "./bundlers.mjs";
import "./missing.mjs";
import "./next.mjs";
