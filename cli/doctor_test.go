package cli_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// diagnosis is what the doctor writes for programs.
type diagnosis struct {
	Schema, DB, At, On, Status string
	Lines                      []struct {
		What, Status, Found, Do string
		Count                   *int
		IDs                     []string
	}
}

// examined runs the doctor and reads the JSON.
func examined(t testing.TB, line string, code int) *diagnosis {
	t.Helper()
	o := run(t, "doctor --json "+line).is(t, code)
	d := new(diagnosis)
	in := json.NewDecoder(strings.NewReader(o.out))
	in.DisallowUnknownFields()
	require.NoError(t, in.Decode(d))
	require.Equal(t, "stablehomes/doctor/1", d.Schema)
	worst, order := "ok", map[string]int{"ok": 0, "worth_knowing": 1, "wrong": 2}
	for _, l := range d.Lines {
		require.Contains(t, order, l.Status, l.What)
		require.Regexp(t, `^[a-z]+(_[a-z]+)*$`, l.What)
		require.NotEmpty(t, l.Found, l.What)
		require.LessOrEqual(t, len(l.IDs), engine.MostNamed, l.What)
		if l.Status == "ok" {
			require.Empty(t, l.Do, "%s: nothing is to be done", l.What)
		} else {
			require.NotEmpty(t, l.Do, "%s: something can be done", l.What)
		}
		requireCommands(t, l.Do)
		if order[l.Status] > order[worst] {
			worst = l.Status
		}
	}
	require.Equal(t, worst, d.Status)
	if code == 0 {
		require.NotEqual(t, "wrong", worst)
	} else {
		require.Equal(t, "wrong", worst)
	}
	return d
}

// ourCommand is a command that a line names: the words, and the flags among them.
var ourCommand = regexp.MustCompile(`stablehomes( --(?:db|policy) \S+)? ([a-z-]+)( [a-z]+)?([^;,]*)`)

// requireCommands sees that what a line names is there.
func requireCommands(t testing.TB, do string) {
	t.Helper()
	for _, m := range ourCommand.FindAllStringSubmatch(do, -1) {
		help := run(t, m[2]+" --help")
		help.is(t, 0)
		if m[3] != "" && strings.Contains(help.out, "COMMANDS:") {
			help = run(t, m[2]+m[3]+" --help").is(t, 0)
		}
		for _, flag := range regexp.MustCompile(`--[a-z-]+`).FindAllString(m[4], -1) {
			require.Contains(t, help.out, flag+" ", do)
		}
	}
}

// of is the line about a thing; it has to be there.
func (d *diagnosis) of(t testing.TB, what string) (status, found, do string) {
	t.Helper()
	for _, l := range d.Lines {
		if l.What == what {
			return l.Status, l.Found, l.Do
		}
	}
	require.Fail(t, "there is no line", what)
	return "", "", ""
}

func (d *diagnosis) is(t testing.TB, what, status string, says ...string) {
	t.Helper()
	got, found, do := d.of(t, what)
	require.Equal(t, status, got, "%s: %s", what, found)
	for _, s := range says {
		require.Contains(t, found+"\n"+do, s, what)
	}
}

// contentsOf is every file below a directory, with what is in it and when it was written.
func contentsOf(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		content := ""
		if !d.IsDir() {
			content = read(t, path)
		}
		files[path] = fmt.Sprint(info.Mode(), info.ModTime().UnixNano(), content)
		return nil
	}))
	return files
}

// changing are the parts of lines that are another on each machine and day.
var changing = regexp.MustCompile(`\d+ [A-Z][a-z]+ \d{4}`)

func TestTheDoctorInTheCountyOfTheDemo(t *testing.T) {
	before := contentsOf(t, countyStore(t))
	d := examined(t, "--db "+countyStore(t)+atThree, 0)
	require.Equal(t, before, contentsOf(t, countyStore(t)), "it only looks")
	require.Equal(t, "2026-11-22", d.On)
	require.Equal(t, "2026-11-22T15:00:00Z", d.At)
	require.Equal(t, "worth_knowing", d.Status)
	var all strings.Builder
	for _, l := range d.Lines {
		found := changing.ReplaceAllString(l.Found, "(a day)")
		switch l.What {
		case "program", "clock", "disk", "permissions":
			found = "…"
		}
		count := ""
		if l.Count != nil {
			count = fmt.Sprintf(" [%d %v]", *l.Count, l.IDs)
		}
		fmt.Fprintf(&all, "%s: %s: %s%s\n", l.What, l.Status, strings.ReplaceAll(found, countyStore(t), "DIR"), count)
		if l.Do != "" {
			fmt.Fprintf(&all, "  %s\n", l.Do)
		}
	}
	requireGolden(t, filepath.Join(home, "testdata", "doctor.golden"), all.String())
	d.is(t, "program", "ok", "stablehomes", runtime.Version(), runtime.GOOS)
	d.is(t, "disk", "ok", "the store takes")
}

func TestTheDoctorsTable(t *testing.T) {
	o := run(t, "doctor --db "+countyStore(t)+atThree).is(t, 0)
	require.Empty(t, o.err)
	require.Contains(t, o.out, "Found, and what to do")
	require.Contains(t, o.out, "│ time zone      │ ok            │ Europe/London is known ")
	require.Contains(t, o.out, "│ stablehomes import vacancies FILE ", "the command has a line of its own")
	d := examined(t, "--db "+countyStore(t)+atThree, 0)
	at := 0
	for _, l := range d.Lines {
		next := strings.Index(o.out[at:], "│ "+strings.ReplaceAll(l.What, "_", " ")+" ")
		require.Positive(t, next, "%s comes in its order", l.What)
		at += next
	}
}

func TestTheDoctorWithoutAStore(t *testing.T) {
	dir := away(t)
	d := examined(t, "", 1)
	require.Equal(t, "./stablehomes.db", d.DB)
	d.is(t, "store", "wrong", "there is no store", "stablehomes import homes FILE", "stablehomes demo --files county")
	d.is(t, "key", "ok", "none is named")
	d.is(t, "clock", "ok")
	require.Len(t, d.Lines, 6, "what is in a store is not spoken of")
	o := run(t, "doctor").is(t, 1, "not everything is there that is needed to place a child")
	require.Contains(t, o.out, "there is no store")
	require.Empty(t, listed(t, dir), "nothing is made")
	run(t, "doctor tonight").is(t, 2, `doctor takes no argument "tonight"`)
	run(t, "doctor --at noon").is(t, 2, "--at noon: an instant is written as")
}

func TestTheDoctorWhereTheStoreIsAFile(t *testing.T) {
	away(t)
	keep(t, "stablehomes.db", "a letter")
	examined(t, "", 1)
	require.Equal(t, "a letter", read(t, "stablehomes.db"))
}

func TestTheDoctorWhereAnotherProgramWrites(t *testing.T) {
	ownCounty(t)
	eng := open(t, "stablehomes.db")
	d := examined(t, "", 5)
	d.is(t, "store", "wrong", "another program has it open")
	d.is(t, "key", "ok", "the store is not encrypted")
	d.is(t, "disk", "ok")
	o := run(t, "doctor").is(t, 5, "in use", "another program has it open; wait until that has finished")
	require.Contains(t, o.out, "in use")
	require.NoError(t, eng.Close())
	examined(t, "", 0)
	open(t, "stablehomes.db", engine.ReadOnly())
	examined(t, "", 0)
}

func TestTheDoctorLeavesAStoreAloneThatWasNotClosedProperly(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a store cannot be shared there")
	}
	ownCounty(t)
	eng := open(t, "stablehomes.db")
	require.NoError(t, os.CopyFS("killed.db", os.DirFS("stablehomes.db")))
	require.NoError(t, eng.Close())
	before := contentsOf(t, "killed.db")
	d := examined(t, "--db killed.db", 1)
	d.is(t, "store", "wrong", "was not closed properly", "stablehomes check")
	require.Equal(t, before, contentsOf(t, "killed.db"))
	run(t, "check --db killed.db").is(t, 0)
	examined(t, "--db killed.db", 0)
}

func TestTheDoctorAtADamagedStore(t *testing.T) {
	ownCounty(t)
	tables, err := filepath.Glob(filepath.Join("stablehomes.db", "data", "*.sst"))
	require.NoError(t, err)
	require.NotEmpty(t, tables)
	content := []byte(read(t, tables[0]))
	content[len(content)/2] ^= 1
	require.NoError(t, os.WriteFile(tables[0], content, 0o600))
	examined(t, "", 1).is(t, "store", "wrong", "the store is damaged", filepath.Base(tables[0]), "stablehomes --db NEW-DIR restore BACKUP-FILE")
	require.NoError(t, os.Remove(filepath.Join("stablehomes.db", "HEAD")))
	examined(t, "", 1).is(t, "store", "wrong", "HEAD is missing", "restore")
}

func TestTheDoctorAndTheKey(t *testing.T) {
	files := countyFiles(t)
	away(t)
	key := func(name, digit string) {
		require.NoError(t, os.WriteFile(name, []byte(strings.Repeat(digit, 64)), 0o600))
	}
	key("key", "a")
	key("other key", "b")
	require.NoError(t, os.WriteFile("open", []byte(strings.Repeat("a", 64)), 0o600))
	require.NoError(t, os.Chmod("open", 0o644))
	for _, kind := range []string{"homes", "children", "placements", "postcodes"} {
		run(t, "import --key-file key "+kind+" "+files+"/"+kind+".csv").is(t, 0)
	}
	d := examined(t, "--key-file key", 0)
	d.is(t, "key", "ok", "key can be read by you alone, and it fits")
	d.is(t, "store", "ok", "is encrypted")

	d = examined(t, "", 1)
	d.is(t, "key", "wrong", "none is named, and the store is encrypted", "--key-file FILE")
	d.is(t, "store", "wrong", "the store is encrypted")
	d = examined(t, `--key-file "other key"`, 1)
	d.is(t, "key", "wrong", "other key is not the key of this store")
	d.is(t, "store", "wrong", "the key does not fit")
	d.is(t, "disk", "ok")
	examined(t, "--key-file nowhere", 1).is(t, "key", "wrong", "read the key", "--key-file FILE")
	if runtime.GOOS != "windows" {
		examined(t, "--key-file open", 1).is(t, "key", "wrong", "can be read by others", "chmod 600 open")
	}
	examined(t, "--key-file key --db "+countyStore(t), 1).is(t, "key", "wrong", "the store is not encrypted", "leave --key-file")
	examined(t, "--key-file key --db nowhere", 1).is(t, "key", "ok", "it can be read by you alone")

	eng := open(t, "stablehomes.db", engine.WithKey([]byte(strings.Repeat("\xaa", 32))))
	examined(t, "", 5).is(t, "key", "wrong", "none is named, and the store is encrypted")
	examined(t, "--key-file key", 5).is(t, "key", "ok", "key can be read by you alone")
	require.NoError(t, eng.Close())
}

func TestTheDoctorAndThePolicy(t *testing.T) {
	single(t)
	away(t)
	db := " --db " + countyStore(t) + atThree
	keep(t, "good.toml", "stale_after_days = 30\n")
	keep(t, "off.toml", "guidance_off = [\"smoking\"]\n[authority.E08000035]\nguidance_off = [\"pets\"]\n")
	keep(t, "typo.toml", "wieghts = 3\n")
	keep(t, "law.toml", "guidance_off = [\"adult\"]\n")
	standard := examined(t, db, 0)
	standard.is(t, "policy", "ok", "the defaults", "sha256:")

	d := examined(t, "--policy good.toml"+db, 0)
	d.is(t, "policy", "ok", "good.toml; sha256:")
	_, with30, _ := d.of(t, "vacancies")
	require.Contains(t, with30, "more than 30 days ago")
	_, with7, _ := standard.of(t, "vacancies")
	require.Contains(t, with7, "more than 7 days ago")

	d = examined(t, "--policy off.toml"+db, 0)
	d.is(t, "policy", "worth_knowing", "settings of their own for E08000035", "not followed: smoking, pets (E08000035)", "stablehomes --policy off.toml policy show")
	examined(t, "--policy typo.toml"+db, 1).is(t, "policy", "wrong", "typo.toml: policy, line 1: wieghts", "under the defaults")
	examined(t, "--policy law.toml"+db, 1).is(t, "policy", "wrong", "it rests on law")
	examined(t, "--policy nowhere.toml"+db, 1).is(t, "policy", "wrong", "read the policy")
}

// The hash is the one that results and the journal carry.
func TestTheDoctorNamesThePolicyAsAMatchDoes(t *testing.T) {
	_, found, _ := examined(t, "--db "+countyStore(t)+atThree, 0).of(t, "policy")
	hash := regexp.MustCompile(`sha256:[0-9a-f]{64}`).FindString(found)
	require.NotEmpty(t, hash)
	require.Contains(t, ask(t, "match --json --child C-104").is(t, 0).out, hash)
}

func TestTheDoctorWhereThereAreNoPostcodes(t *testing.T) {
	d := examined(t, "--db "+aCounty(t)+atThree, 1)
	d.is(t, "postcodes", "wrong", "no directory has been imported", "stablehomes import postcodes FILE")
	d.is(t, "schools", "ok", "no directory has been imported")
}

func TestTheDoctorAndDirectoriesThatAreOldOrGone(t *testing.T) {
	single(t)
	ownCounty(t)
	in := func(months int) string { return " --at " + time.Now().AddDate(0, months, 2).UTC().Format(time.RFC3339) }
	examined(t, in(11), 0).is(t, "postcodes", "ok", "40 postcodes, imported on")
	examined(t, in(12), 0).is(t, "postcodes", "worth_knowing", "12 months ago or longer", "stablehomes import postcodes FILE")

	file := filepath.Join("stablehomes.db", "postcodes")
	content := []byte(read(t, file))
	content[40] ^= 1
	require.NoError(t, os.WriteFile(file, content, 0o600))
	examined(t, "", 1).is(t, "postcodes", "wrong", "damaged", "stablehomes import postcodes FILE")
	require.NoError(t, os.Remove(file))
	examined(t, "", 1).is(t, "postcodes", "wrong", "the directory that was imported is gone")
}

func TestTheDoctorAndTheIndex(t *testing.T) {
	single(t)
	ownCounty(t)
	examined(t, "", 0).is(t, "index", "ok", "behind by 44 homes")
	file := filepath.Join("stablehomes.db", "spans")
	content := []byte(read(t, file))
	content[len(content)-9] ^= 1
	require.NoError(t, os.WriteFile(file, content, 0o600))
	examined(t, "", 0).is(t, "index", "worth_knowing", "cannot be used", "reads every home first")
	require.NoError(t, os.Remove(file))
	examined(t, "", 0).is(t, "index", "worth_knowing", "it is missing", "reads every home first")
	require.NoFileExists(t, file)
}

func TestTheDoctorAndADirectoryThatOthersCanRead(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("permissions are others there")
	}
	ownCounty(t)
	examined(t, "", 0).is(t, "permissions", "ok", "0700")
	require.NoError(t, os.Chmod("stablehomes.db", 0o755))
	examined(t, "", 0).is(t, "permissions", "worth_knowing", "open to others (mode 0755)", "chmod 700 ./stablehomes.db")
}

// add puts records into the store of the working directory.
func add(t testing.TB, r engine.Records) {
	t.Helper()
	eng, err := engine.Open(t.Context(), "stablehomes.db")
	require.NoError(t, err)
	require.NoError(t, eng.Add(t.Context(), r))
	require.NoError(t, eng.Close())
}

func TestTheDoctorAndAClockThatIsBehindTheJournal(t *testing.T) {
	ownCounty(t)
	h := care.Home{ID: "H-1", Kind: care.Foster, Authority: "E08000035", Where: care.Location{Point: care.At(53.8, -1.5)}, Beds: 1}
	add(t, engine.Records{Homes: []care.Home{h}, By: "A", At: time.Now().Add(20 * time.Second)})
	examined(t, "", 0).is(t, "clock", "ok", "the newest entry of the journal")
	h.Beds = 2
	add(t, engine.Records{Homes: []care.Home{h}, By: "A", At: time.Now().Add(3 * time.Hour)})
	examined(t, "", 1).is(t, "clock", "wrong", "the clock is behind", "set the clock", "stablehomes audit log")
}

func TestTheDoctorInAStoreWithoutHomes(t *testing.T) {
	away(t)
	eng, err := engine.Open(t.Context(), "stablehomes.db")
	require.NoError(t, err)
	require.NoError(t, eng.Close())
	d := examined(t, "", 1)
	d.is(t, "records", "wrong", "0 homes, 0 children", "stablehomes import homes FILE")
	d.is(t, "clock", "ok")
	d.is(t, "index", "ok")
	d.is(t, "waiting", "ok")
}

// Of each kind of thing that wants attention there is one, and the lines name it.
func TestTheDoctorNamesWhatIsFew(t *testing.T) {
	away(t)
	at := time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC)
	on := care.DayOf(at)
	house := func(id care.ID, change func(*care.Home)) care.Home {
		h := care.Home{ID: id, Kind: care.Foster, Authority: "E08000035", Where: care.Location{Point: care.At(53.8, -1.5)}, Beds: 3, ProviderCode: "PR1",
			Status: care.Approved, RegisteredFrom: on - 900, RegisteredUntil: care.Never(), RestrictedFrom: care.Never(), ConfirmedOn: on, Closed: []care.DayRange{}}
		change(&h)
		return h
	}
	child := func(id care.ID, change func(*care.Child)) care.Child {
		c := care.Child{ID: id, DOB: on - 4000, Authority: "E08000035", Sex: care.Female, Home: care.Location{Point: care.At(53.8, -1.5)}}
		change(&c)
		return c
	}
	well := engine.Records{By: "A", At: at,
		Homes:      []care.Home{house("H-1", func(*care.Home) {})},
		Children:   []care.Child{child("C-1", func(*care.Child) {})},
		Placements: []care.Placement{{ID: "P-1", Child: "C-1", Home: "H-1", Start: on - 30}},
	}
	add(t, well)
	files := countyFiles(t)
	run(t, "import postcodes "+files+"/postcodes.csv").is(t, 0)
	d := examined(t, atThree, 0)
	require.Equal(t, "ok", d.Status, "nothing is worth knowing: %+v", d.Lines)
	d.is(t, "vacancies", "ok", "each of 1 home in force was confirmed within 7 days")

	add(t, engine.Records{By: "A", At: at,
		Homes: []care.Home{
			house("H-NEVER", func(h *care.Home) { h.ConfirmedOn = 0 }),
			house("H-OLD", func(h *care.Home) { h.ConfirmedOn = on - 30 }),
			house("H-SOON", func(h *care.Home) { h.RegisteredUntil = care.EndOn(on + 9) }),
			house("H-OVER", func(h *care.Home) { h.RegisteredUntil = care.EndOn(on - 9) }),
			house("H-BLANK", func(h *care.Home) { h.RegisteredUntil = care.End{} }),
		},
		Children: []care.Child{
			child("C-WAITS", func(*care.Child) {}),
			child("C-LOST", func(c *care.Child) { c.Home = care.Location{}; c.School = "100001" }),
		},
		Placements: []care.Placement{{ID: "P-2", Child: "C-LOST", Home: "H-1", Start: on - 90, ExpectedEnd: on - 3}},
	})
	for id, until := range map[string]string{"SOON": "8h", "LATER": "3d", "GONE": "1h"} {
		at := atThree
		if id == "GONE" {
			at = " --at 2026-11-22T13:00:00Z"
		}
		home := map[string]string{"SOON": "H-1", "LATER": "H-OLD", "GONE": "H-NEVER"}[id]
		run(t, "hold --id "+id+" --child C-WAITS --home "+home+" --on 2026-11-22 --by A --until "+until+at).is(t, 0)
	}
	d = examined(t, atThree, 0)
	for what, says := range map[string][]string{
		"vacancies":      {"of 5 homes in force 40 % want asking: 1 last confirmed more than 7 days ago, 1 never (H-NEVER, H-OLD)", "stablehomes import vacancies FILE"},
		"approvals":      {"1 ends within 30 days; 1 has ended, and the status still says that it is in force", "(H-OVER, H-SOON)"},
		"open_ends":      {"1 home needs a sign-off", "(H-BLANK)"},
		"waiting":        {"1 child under 18 lives in no home", "stablehomes match --child C-WAITS"},
		"home_positions": {"1 child under 18", "(C-LOST)"},
		"schools":        {"1 child is at a school of which nobody knows where it is", "stablehomes import schools FILE"},
		"holds":          {"1 runs out within 24 hours; 1 has run out and keeps no bed, but has not been ended", "(GONE, SOON)", "stablehomes place --hold SOON --by NAME"},
		"expected_ends":  {"1 placement was expected to end", "(P-2)", "stablehomes due --on 2026-11-22 --days 0"},
	} {
		d.is(t, what, "worth_knowing", says...)
	}
	require.Contains(t, run(t, "due --on 2026-11-22 --days 0").is(t, 0).out, "C-LOST", "the command that is named shows it")
	_, _, do := examined(t, "", 0).of(t, "expected_ends")
	require.Equal(t, "stablehomes due --days 0", do)
}

func TestTheDoctorAndSignOffsThatAreOutstanding(t *testing.T) {
	db := aCounty(t)
	homes, signOffs := first(t, db, "C-104")
	require.NotEmpty(t, signOffs, "the first home needs some")
	run(t, "record-fact --db "+db+" --child C-104 --home "+homes[0]+" --moved-at 2026-11-22T14:00:00Z --at 2026-11-22T15:00:00Z --by Ann --why moved").is(t, 0)
	d := examined(t, "--db "+db+atThree, 1)
	d.is(t, "sign_offs", "worth_knowing", "1 decision has a sign-off outstanding", "stablehomes decision show D-4")
	run(t, "decision show --db "+db+" D-4").is(t, 0)
}

func TestTheDoctorStopsWhenItIsInterrupted(t *testing.T) {
	stopped, stop := context.WithCancel(t.Context())
	stop()
	runWith(t, stopped, strings.NewReader(""), "doctor --db "+countyStore(t)).is(t, 130)
}

func TestTheDoctorHidesWhatWouldMoveTheCursor(t *testing.T) {
	away(t)
	name := "a\x1b[2Jb.db"
	require.NoError(t, os.Mkdir(name, 0o700))
	o := runArgs(t, t.Context(), strings.NewReader(""), []string{"doctor", "--db", name})
	o.is(t, 1)
	require.Contains(t, o.out, "a[2Jb.db: there is no store")
}
