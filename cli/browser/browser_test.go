package browser_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/cli"
)

var (
	axe   = flag.String("axe", "", "file of axe.min.js, to be run on each page")
	shots = flag.String("shots", "", "directory in which pictures and PDFs are kept")
)

// day fixes the day and the instant of the county.
var day = []string{"--on", "2026-11-22", "--at", "2026-11-22T15:00:00Z"}

func run(t testing.TB, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	code := cli.Run(context.Background(), append([]string{"stablehomes"}, args...), strings.NewReader(""), &out, &errs)
	require.Zero(t, code, "%s\n%s", strings.Join(args, " "), &errs)
	return out.String()
}

// county is a store with the county of the demonstration in which a child has been
// placed.
func county(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	files, db := filepath.Join(dir, "county"), filepath.Join(dir, "db")
	run(t, "demo", "--files", files)
	for _, kind := range []string{"homes", "children", "placements"} {
		run(t, "import", "--db", db, kind, filepath.Join(files, kind+".csv"))
	}
	return db
}

// placed places the child in the first home of the shortlist, with what it asks for.
func placed(t testing.TB, db string) {
	t.Helper()
	var res struct {
		Candidates []struct {
			Home     string
			Findings []struct{ Rule, Verdict, Role string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(run(t, append([]string{"match", "--json", "--db", db, "--child", "C-104"}, day...)...)), &res))
	line := append([]string{"place", "--db", db, "--child", "C-104", "--home", res.Candidates[0].Home, "--by", "A. Officer"}, day...)
	for _, f := range res.Candidates[0].Findings {
		if f.Verdict == "sign-off" {
			line = append(line, "--sign-off", f.Rule+"=N. Head,"+f.Role+",2026-11-22T14:10Z,REF-1")
		}
	}
	run(t, line...)
}

// pages writes every sort of page and returns their files by name.
func pages(t testing.TB) map[string]string {
	t.Helper()
	db, dir := county(t), t.TempDir()
	all := map[string]string{}
	match := func(name string, args ...string) {
		all[name] = filepath.Join(dir, name+".html")
		run(t, append(append([]string{"match", "--db", db, "--quiet", "--limit", "5", "--report", all[name]}, args...), day...)...)
	}
	match("panel", "--child", "C-104")
	match("record", "--child", "C-104", "--audience", "record")
	match("provider", "--group", "G-07", "--audience", "provider")
	match("group", "--group", "G-07")
	placed(t, db)
	all["decision"], all["notices"] = filepath.Join(dir, "decision.html"), filepath.Join(dir, "notices.html")
	run(t, "decision", "show", "--db", db, "--quiet", "--html="+all["decision"], "D-4")
	run(t, "notices", "--db", db, "--quiet", "--html="+all["notices"], "--on", "2026-11-22", "--decision", "D-4")
	return all
}

// browser starts a browser without a window, which ends with the test.
func browser(t testing.TB) context.Context {
	t.Helper()
	var binary string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			binary = found
			break
		}
	}
	if binary == "" {
		t.Skip("no Chromium is installed")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(binary), chromedp.DisableGPU)
	if os.Geteuid() == 0 { // as root the sandbox does not start
		options = append(options, chromedp.NoSandbox)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Run(ctx, network.Enable(), log.Enable(), runtime.Enable()))
	return ctx
}

// complaints collects what the browser says against a page, and what it fetches
// besides it.
type complaints struct {
	mu  sync.Mutex // guards all
	all []string
}

func (c *complaints) hear(event any) {
	said := ""
	switch event := event.(type) {
	case *runtime.EventExceptionThrown:
		said = "exception: " + event.ExceptionDetails.Text
	case *runtime.EventConsoleAPICalled:
		said = fmt.Sprintf("console: %v", event.Type)
	case *log.EventEntryAdded:
		said = "log: " + event.Entry.Text
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(event.Request.URL); err != nil || u.Scheme != "file" || !strings.HasSuffix(u.Path, ".html") {
			said = "fetched " + event.Request.URL
		}
	}
	if said != "" {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.all = append(c.all, said)
	}
}

func (c *complaints) heard() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.all
}

func TestPagesCanBeReadAndPrinted(t *testing.T) {
	ctx := browser(t)
	heard := &complaints{}
	chromedp.ListenTarget(ctx, heard.hear)
	for name, file := range pages(t) {
		t.Run(name, func(t *testing.T) {
			for _, width := range []int64{1280, 320} {
				require.NoError(t, chromedp.Run(ctx, emulation.SetDeviceMetricsOverride(width, 900, 1, false), chromedp.Navigate("file://"+file)))
				requireFits(t, ctx, width)
				keepPicture(t, ctx, fmt.Sprintf("%s-%d", name, width))
			}
			require.Empty(t, heard.heard())
			requireAccessible(t, ctx)
			requirePrints(t, ctx, name)
		})
	}
}

// requireFits holds a page to the width of the window, so that nobody has to
// scroll to both sides (WCAG 2.2, 1.4.10; tables may).
func requireFits(t testing.TB, ctx context.Context, width int64) {
	t.Helper()
	var page struct {
		Title string  `json:"title"`
		Wide  float64 `json:"wide"`
		Inks  int     `json:"inks"`
		Over  string  `json:"over"`
	}
	const look = `(() => {
		const wide = [...document.querySelectorAll("h1,h2,h3,p,li,blockquote,svg")].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1);
		return {title: document.title, wide: document.documentElement.scrollWidth, inks: document.styleSheets.length, over: wide.map(e => e.tagName + " " + e.textContent.slice(0, 40)).join("; ")};
	})()`
	require.NoError(t, chromedp.Run(ctx, chromedp.Evaluate(look, &page)))
	require.NotEmpty(t, page.Title)
	require.Equal(t, 1, page.Inks, "the style is not blocked")
	require.Empty(t, page.Over, "at %d", width)
	if width >= 1000 {
		require.LessOrEqual(t, page.Wide, float64(width))
	}
}

// requireAccessible runs axe-core, if there is a copy.
func requireAccessible(t testing.TB, ctx context.Context) {
	t.Helper()
	if *axe == "" {
		return
	}
	script, err := os.ReadFile(*axe)
	require.NoError(t, err)
	var found []string
	const ask = `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
		.then(r => r.violations.map(v => v.id + ": " + v.help + " " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 200)).join(" | ")))`
	wait := func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }
	require.NoError(t, chromedp.Run(ctx, chromedp.Evaluate(string(script), nil), chromedp.Evaluate(ask, &found, wait)))
	require.Empty(t, found)
}

// requirePrints prints on A4 and looks whether the pages are wide enough for what
// is on them.
func requirePrints(t testing.TB, ctx context.Context, name string) {
	t.Helper()
	const a4 = 794 // CSS pixels across A4
	const margins = 2 * 57
	require.NoError(t, chromedp.Run(ctx, emulation.SetEmulatedMedia().WithMedia("print"), emulation.SetDeviceMetricsOverride(a4-margins, 1000, 1, false)))
	var wide float64
	require.NoError(t, chromedp.Run(ctx, chromedp.Evaluate("document.documentElement.scrollWidth", &wide)))
	require.LessOrEqual(t, wide, float64(a4-margins), "as wide as the paper")
	keepPicture(t, ctx, name+"-print")
	var pdf []byte
	require.NoError(t, chromedp.Run(ctx, chromedp.ActionFunc(func(ctx context.Context) (err error) {
		pdf, _, err = page.PrintToPDF().WithPreferCSSPageSize(true).Do(ctx)
		return err
	}), emulation.SetEmulatedMedia()))
	require.True(t, bytes.HasPrefix(pdf, []byte("%PDF-")))
	require.Contains(t, string(pdf), "/MediaBox [0 0 594.95996 841.91998]", "A4")
	keep(t, name+".pdf", pdf)
}

func keepPicture(t testing.TB, ctx context.Context, name string) {
	t.Helper()
	if *shots == "" {
		return
	}
	var picture []byte
	require.NoError(t, chromedp.Run(ctx, chromedp.FullScreenshot(&picture, 100)))
	keep(t, name+".png", picture)
}

func keep(t testing.TB, name string, content []byte) {
	t.Helper()
	if *shots == "" {
		return
	}
	require.NoError(t, errors.Join(os.MkdirAll(*shots, 0o755), os.WriteFile(filepath.Join(*shots, name), content, 0o644)))
}
