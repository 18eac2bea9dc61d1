package dev.mcpflux.protocol;

/**
 * Parameters of {@code initialize} (specification 2024-11-05 to 2025-11-25: basic/lifecycle).
 *
 * @param protocolVersion the newest legacy revision that this client speaks
 */
public record InitializeParams(String protocolVersion, ClientCapabilities capabilities, Implementation clientInfo) {}
