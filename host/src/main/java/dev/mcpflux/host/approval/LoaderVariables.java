package dev.mcpflux.host.approval;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Variables that decide which code a program loads besides its own, or which programs it runs: setting one makes any harmless
 * command run something else. {@code docs/security.md} has the same list.
 */
final class LoaderVariables {

    /** Any variable that begins so. */
    static final List<String> PREFIXES = List.of(
            "LD_", "DYLD_", "BASH_FUNC_", "GIT_CONFIG", "LUA_INIT", "CORECLR_", "COR_PROFILER", "COMPLUS_PROFILER");

    static final Set<String> NAMES = Set.of(
            // C library and OpenSSL
            "GCONV_PATH",
            "OPENSSL_CONF",
            "OPENSSL_ENGINES",
            "OPENSSL_MODULES",
            // Node.js
            "NODE_OPTIONS",
            "NODE_PATH",
            "NODE_REPL_EXTERNAL_MODULE",
            // Python
            "PYTHONPATH",
            "PYTHONSTARTUP",
            "PYTHONHOME",
            "PYTHONUSERBASE",
            "PYTHONBREAKPOINT",
            "PYTHONPLATLIBDIR",
            // Perl
            "PERL5OPT",
            "PERL5LIB",
            "PERLLIB",
            "PERL5DB",
            // Ruby
            "RUBYOPT",
            "RUBYLIB",
            "GEM_HOME",
            "GEM_PATH",
            "BUNDLE_GEMFILE",
            // Java
            "JAVA_TOOL_OPTIONS",
            "JDK_JAVA_OPTIONS",
            "_JAVA_OPTIONS",
            "CLASSPATH",
            // PHP, Lua, .NET
            "PHPRC",
            "PHP_INI_SCAN_DIR",
            "LUA_PATH",
            "LUA_CPATH",
            "DOTNET_STARTUP_HOOKS",
            "DOTNET_ADDITIONAL_DEPS",
            // shells
            "BASH_ENV",
            "ENV",
            "SHELLOPTS",
            "BASHOPTS",
            "PS4",
            "PROMPT_COMMAND",
            "ZDOTDIR",
            "COMSPEC",
            "PATHEXT",
            // where programs look for their settings
            "HOME",
            "USERPROFILE",
            "XDG_CONFIG_HOME",
            "BUN_OPTIONS",
            "GLIBC_TUNABLES",
            "RUSTC_WRAPPER",
            "GOFLAGS",
            "MAVEN_OPTS",
            "JDK_JAVAC_OPTIONS",
            // Git and SSH
            "GIT_PAGER",
            "GIT_SSH",
            "GIT_SSH_COMMAND",
            "GIT_ASKPASS",
            "SSH_ASKPASS",
            "GIT_EXEC_PATH",
            "GIT_PROXY_COMMAND",
            "GIT_EXTERNAL_DIFF",
            "GIT_TEMPLATE_DIR");

    /** Settings of npm, which are read in any case of their letters. */
    private static final Set<String> OF_NPM = Set.of(
            "npm_config_node_options", "npm_config_script_shell", "npm_config_userconfig", "npm_config_globalconfig");

    private final boolean windows;

    /**
     * The variables of one operating system.
     *
     * @param windows whether the case of letters makes no difference
     */
    LoaderVariables(boolean windows) {
        this.windows = windows;
    }

    boolean contains(String variable) {
        String name = windows ? variable.toUpperCase(Locale.ROOT) : variable;
        return NAMES.contains(name)
                || PREFIXES.stream().anyMatch(name::startsWith)
                || OF_NPM.contains(variable.toLowerCase(Locale.ROOT));
    }

    /** Whether it is the list of directories in which programs are looked for. */
    boolean isPath(String variable) {
        return windows ? variable.equalsIgnoreCase("PATH") : variable.equals("PATH");
    }
}
