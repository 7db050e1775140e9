package peers

import (
	"context"
	"database/sql"
	"fmt"
	"math"

	_ "modernc.org/sqlite" // the driver

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/index"
)

// SQLite answers by searching square windows of the plane, until one is wide enough.
type SQLite struct {
	db     *sql.DB
	nearby map[care.Sex]*sql.Stmt
	band   float64 // width of a band in miles; 0 if there are none
	crowd  *crowd
}

const homeTable = `CREATE TABLE home (n INTEGER PRIMARY KEY, id TEXT, may INTEGER, first INTEGER, last INTEGER,
	age_min INTEGER, age_max INTEGER, boys INTEGER, girls INTEGER, x REAL, y REAL, z REAL, px REAL, py REAL)`

// OpenRTree fills a SQLite whose R*Tree has two dimensions of the plane, one of
// ages and one of days. Years and days are so little beside miles that the tree
// groups homes by place; a power of two loses no bit of a whole number.
func OpenRTree(ctx context.Context, w *World) (*SQLite, error) {
	return openSQLite(ctx, w, 0, `CREATE VIRTUAL TABLE box USING rtree(n, x0, x1, y0, y1, age0, age1, day0, day1);
		INSERT INTO box SELECT n, px, px, py, py, age_min / 1048576., age_max / 1048576., first / 1048576., last / 1048576. FROM home WHERE may`,
		`SELECT id, x, y, z, px, py FROM box CROSS JOIN home USING (n) WHERE x1 >= ?3 AND x0 <= ?4 AND y1 >= ?5 AND y0 <= ?6
		AND age0 <= ?7 / 1048576. AND age1 >= ?7 / 1048576. AND day0 <= ?8 / 1048576. AND day1 >= ?8 / 1048576. AND %s`)
}

// OpenBands fills a SQLite without an R*Tree: a table that is clustered by bands,
// which run from west to east, and by the way along them.
func OpenBands(ctx context.Context, w *World) (*SQLite, error) {
	band := 200 / math.Sqrt(float64(len(w.Homes))) // found by trying 100 to 700
	return openSQLite(ctx, w, band, fmt.Sprintf(`CREATE TABLE along (band INTEGER, px REAL, py REAL, first INTEGER, last INTEGER,
		age_min INTEGER, age_max INTEGER, boys INTEGER, girls INTEGER, id TEXT, x REAL, y REAL, z REAL, PRIMARY KEY (band, px, id)) WITHOUT ROWID;
		INSERT INTO along SELECT CAST((py + %d) / %v AS INTEGER), px, py, first, last, age_min, age_max, boys, girls, id, x, y, z FROM home WHERE may ORDER BY 1, 2`, south, band),
		`WITH RECURSIVE bands(band) AS (VALUES (?10) UNION ALL SELECT band + 1 FROM bands WHERE band < ?11)
		SELECT id, x, y, z, px, py FROM bands CROSS JOIN along USING (band) WHERE px BETWEEN ?3 AND ?4 AND py BETWEEN ?5 AND ?6
		AND first <= ?8 AND last >= ?8 AND age_min <= ?7 AND age_max >= ?7 AND %s`)
}

// south is more miles than any home is south of the middle of the plane.
const south = 10_000

func openSQLite(ctx context.Context, w *World, band float64, index, nearby string) (*SQLite, error) {
	db, err := sql.Open("sqlite", "file::memory:?_pragma=journal_mode(off)&_pragma=synchronous(off)&_pragma=temp_store(memory)")
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	db.SetMaxOpenConns(1) // each connection would be a database of its own
	s := &SQLite{db: db, nearby: map[care.Sex]*sql.Stmt{}, band: band, crowd: newCrowd(w.Homes)}
	if err = s.fill(ctx, w.alongCurve(), index); err == nil {
		err = s.prepare(ctx, nearby+" ORDER BY (px - ?1) * (px - ?1) + (py - ?2) * (py - ?2) LIMIT ?9")
	}
	if err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	return s, nil
}

func (s *SQLite) fill(ctx context.Context, homes []Home, index string) error {
	if _, err := s.db.ExecContext(ctx, homeTable); err != nil {
		return err
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit there is nothing to roll back
	put, err := tx.PrepareContext(ctx, "INSERT INTO home VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
	if err != nil {
		return err
	}
	for i := range homes {
		if _, err := put.ExecContext(ctx, homes[i].columns()...); err != nil {
			return fmt.Errorf("home %s: %w", homes[i].ID, err)
		}
	}
	if _, err := tx.ExecContext(ctx, index+"; ANALYZE"); err != nil {
		return err
	}
	return tx.Commit()
}

func (s *SQLite) prepare(ctx context.Context, nearby string) (err error) {
	for _, sex := range []care.Sex{care.Male, care.Female} {
		if s.nearby[sex], err = s.db.PrepareContext(ctx, fmt.Sprintf(nearby, column(sex))); err != nil {
			return err
		}
	}
	return nil
}

// Best implements [Engine]. A window that holds enough homes, some of them in its
// corners, says how far to look to be sure; one that holds too few is widened by
// what it lacks.
func (s *SQLite) Best(ctx context.Context, q *Query) ([]index.Found, error) {
	const world = 25_000 // miles: a window that holds everything
	radius, limit := s.crowd.look(q.x, q.y), few
	for {
		g, err := s.within(ctx, q, radius, limit)
		if err != nil {
			return nil, fmt.Errorf("sqlite: %w", err)
		}
		full, beyond := len(g.homes) == limit, radius
		switch {
		case full:
			beyond = min(radius, g.last)
		case radius == world:
			beyond = math.Inf(1)
		}
		best, sure := q.rank(g, beyond)
		switch {
		case sure:
			return best, nil
		case full && g.last <= radius:
			limit *= 2
		default:
			radius = min(world, g.widen(radius))
		}
	}
}

// within gives homes of a window, at most so many. The window is a little wider
// than the radius because R*Trees keep numbers in 32 bits.
func (s *SQLite) within(ctx context.Context, q *Query, radius float64, limit int) (given, error) {
	half := radius + 1e-4
	args := append(make([]any, 0, 11), q.x, q.y, q.x-half, q.x+half, q.y-half, q.y+half, q.age, since(q.on), limit)
	if s.band > 0 {
		args = append(args, int((q.y-half+south)/s.band), int((q.y+half+south)/s.band))
	}
	found, err := s.nearby[q.sex].QueryContext(ctx, args...)
	if err != nil {
		return given{}, err
	}
	defer found.Close()
	return q.read(found)
}

// Close implements [Engine].
func (s *SQLite) Close() error { return s.db.Close() }
