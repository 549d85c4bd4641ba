import "./client.workerd.js";

export * from "./server.js";
