import "./client.node.js";

export * from "./server.js";
