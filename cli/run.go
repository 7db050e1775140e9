package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/spelling"
)

// The exit codes.
const (
	exitDone     = 0   // a home fits, or the work is done
	exitFailed   = 1   // it could not be done
	exitUsage    = 2   // the command line is off
	exitNothing  = 3   // it ran, and nothing fits
	exitRejected = 4   // some input was rejected
	exitInUse    = 5   // another program has the store open
	exitRefused  = 6   // taken, barred, or a sign-off, an acceptance or a reason is missing
	exitStopped  = 130 // interrupted
)

// Outcomes that are no failures of the program, each with an exit code.
var (
	errNothingFits = errors.New("nothing fits")
	errRejected    = errors.New("some input was rejected")
)

// usageError is a command line that cannot be understood.
type usageError struct{ why string }

func (e *usageError) Error() string { return e.why }

func usage(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// program is one run of the command line: where it reads and writes, and when it
// is.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	now            time.Time
}

// Run runs the command line and returns its exit code. args[0] is the name of
// the program. An interrupt ends what runs at the next safe point; a second one
// ends it where it is.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop)
	p := &program{stdin: stdin, stdout: stdout, stderr: stderr, now: time.Now().UTC().Truncate(time.Second)}
	app := p.app()
	err := cmp.Or(once(app, args[1:]), valued(app, args[1:]))
	if err == nil {
		err = app.RunContext(ctx, args)
	}
	if ctx.Err() != nil {
		err = context.Canceled
	}
	return p.exit(err)
}

func (p *program) app() *cli.App {
	describeFlags()
	app := &cli.App{
		Name:                      "stablehomes",
		Usage:                     "find the best lawful home for a child in care, and say why",
		UsageText:                 "stablehomes [global flags] command [flags] [arguments]\nA first look, with nothing to set up:  stablehomes demo",
		Flags:                     globalFlags(true),
		Commands:                  p.commands(),
		HideVersion:               true,
		Writer:                    p.stdout,
		ErrWriter:                 p.stderr,
		Reader:                    p.stdin,
		Action:                    p.noCommand,
		ExitErrHandler:            func(*cli.Context, error) {}, // exit codes are decided in exit
		OnUsageError:              onUsageError,
		DisableSliceFlagSeparator: true,
		CommandNotFound:           nil,
	}
	return app
}

// commands lists the commands in the order of their use.
func (p *program) commands() []*cli.Command {
	all := []*cli.Command{p.demoCommand(), p.importCommand(), p.exportCommand(), p.matchCommand(), p.explainCommand(), p.holdCommand(), p.acceptCommand(), p.declineCommand(), p.releaseCommand(), p.placeCommand(), p.endCommand(), p.moveCommand(), p.factCommand(), p.decisionCommand(), p.noticesCommand(), p.rulesCommand(), p.policyCommand(), p.dueCommand(), p.reuniteCommand(), p.auditCommand(), p.checkCommand(), p.homeCommand(), p.childCommand(), p.retentionCommand(), p.doctorCommand(), p.backupCommand(), p.restoreCommand(), p.fixturesCommand(), p.benchCommand(), p.completionCommand(), p.manCommand()}
	for _, c := range all {
		c.Flags = append(c.Flags, globalFlags(false)...)
		c.OnUsageError = onUsageError
		c.HideHelpCommand = true
	}
	return all
}

// onUsageError says in our own words what the library found wrong with a flag.
func onUsageError(c *cli.Context, err error, _ bool) error {
	name, unknown := strings.CutPrefix(err.Error(), "flag provided but not defined: -")
	if !unknown {
		return usage("%v", err)
	}
	var names []string
	for _, f := range c.Command.VisibleFlags() {
		names = append(names, f.Names()...)
	}
	return usage("there is no flag --%s%s", strings.TrimLeft(name, "-"), didYouMean(dashed(spelling.Nearest(name, names))))
}

func dashed(flag string) string {
	if flag == "" {
		return ""
	}
	return "--" + flag
}

// noCommand runs when the first argument is no command.
func (p *program) noCommand(c *cli.Context) error {
	if name := c.Args().First(); name != "" {
		var names []string
		for _, known := range c.App.Commands {
			names = append(names, known.Name)
		}
		return usage("there is no command %q; the commands are %s%s", name, strings.Join(names, ", "), didYouMean(spelling.Nearest(name, names)))
	}
	return cli.ShowAppHelp(c)
}

// exit writes what went wrong and returns the exit code.
func (p *program) exit(err error) int {
	var badUsage *usageError
	var badRequest *engine.InvalidRequestError
	var noHelp cli.ExitCoder // of the library: help for a command that there is not
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errNothingFits):
		return exitNothing
	case errors.Is(err, errRejected):
		return exitRejected
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(p.remarks(), "stablehomes: interrupted; what was acknowledged is kept")
		return exitStopped
	case errors.As(err, &badUsage), errors.As(err, &badRequest), errors.As(err, &noHelp):
		fmt.Fprintf(p.remarks(), "stablehomes: %v\nSee stablehomes --help, or --help after a command.\n", err)
		return exitUsage
	case errors.Is(err, engine.ErrInUse):
		fmt.Fprintf(p.remarks(), "stablehomes: %v\n", err)
		return exitInUse
	case errors.Is(err, engine.ErrRefused):
		fmt.Fprintf(p.remarks(), "stablehomes: %v\n", err)
		return exitRefused
	}
	fmt.Fprintf(p.remarks(), "stablehomes: %v\n", err)
	return exitFailed
}
