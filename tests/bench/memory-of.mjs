/** The most memory that this process has taken so far, in bytes. */
export const peak = () => process.resourceUsage().maxRSS * 1024;
