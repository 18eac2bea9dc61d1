package dev.mcpflux.host.variable;

/** Why a value could not be obtained, in words that may be shown. It gets the place of the text from whoever resolves it. */
final class VariableProblem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    VariableProblem(String problem) {
        super(problem, null, false, false);
    }

    String problem() {
        return String.valueOf(getMessage());
    }
}
