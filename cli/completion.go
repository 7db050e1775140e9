package cli

import (
	_ "embed"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"
)

// The scripts of the shells. They know nothing of the command line: they ask the
// program.
var (
	//go:embed completion/bash
	bashScript string
	//go:embed completion/zsh
	zshScript string
	//go:embed completion/fish
	fishScript string
	//go:embed completion/powershell
	powershellScript string
)

// shells are those that can complete, each with its script.
var shells = []struct{ name, script string }{
	{"bash", bashScript}, {"zsh", zshScript}, {"fish", fishScript}, {"powershell", powershellScript},
}

func shellNames() (names []string) {
	for _, s := range shells {
		names = append(names, s.name)
	}
	return names
}

// askWords is what a script puts in the place of a shell, with the words of the
// command line behind it. Each has a = before it, so that none is empty or a flag.
const askWords = "words"

func (p *program) completionCommand() *cli.Command {
	return &cli.Command{
		Name:  "completion",
		Usage: "write a script that lets a shell complete commands, flags and their values",
		UsageText: "stablehomes completion SHELL   (bash, zsh, fish or powershell)\n" +
			"stablehomes completion bash\n" +
			"stablehomes completion fish > stablehomes.fish",
		Description: "Try it at once with the first line for your shell; keep it with the second.\n" +
			"bash:  source <(stablehomes completion bash)\n" +
			"       stablehomes completion bash > ~/.local/share/bash-completion/completions/stablehomes\n" +
			"       (read by the package bash-completion; without it put the first line into ~/.bashrc)\n" +
			"zsh:   source <(stablehomes completion zsh)   (after compinit)\n" +
			"       stablehomes completion zsh > \"${fpath[1]}/_stablehomes\"   (before compinit; any directory of $fpath)\n" +
			"fish:  stablehomes completion fish | source\n" +
			"       stablehomes completion fish > ~/.config/fish/completions/stablehomes.fish\n" +
			"powershell:  stablehomes completion powershell | Out-String | Invoke-Expression\n" +
			"       stablehomes completion powershell >> $PROFILE\n" +
			"The program has to be found by the name stablehomes. No store is opened to complete a word.",
		Action: p.completion,
	}
}

func (p *program) completion(c *cli.Context) error {
	args := c.Args().Slice()
	if len(args) > 0 && args[0] == askWords {
		return p.answerShell(c, args[1:])
	}
	shell := c.Args().First()
	switch {
	case isSet(c, "json"):
		return usage("completion writes a script, never JSON")
	case shell == "":
		return usage("for which shell? stablehomes completion SHELL, where SHELL is one of %s", strings.Join(shellNames(), ", "))
	case len(args) > 1:
		return stray(c, args[1])
	}
	for _, s := range shells {
		if s.name == shell {
			_, err := io.WriteString(p.stdout, s.script)
			return err
		}
	}
	return usage("there is no completion for %q; there is %s", shell, strings.Join(shellNames(), ", "))
}

// answerShell writes what may stand next.
func (p *program) answerShell(c *cli.Context, words []string) error {
	for i := range words {
		words[i] = strings.TrimPrefix(words[i], "=")
	}
	_, err := fmt.Fprint(p.stdout, grammar(c.App).complete(words).lines())
	return err
}
