package peers

import (
	"context"
	"fmt"
	"math"

	"github.com/jackc/pgx/v5"

	"github.com/stablehomes/stablehomes/engine/index"
)

// PostGIS answers by one search for nearest neighbours in a GiST index.
type PostGIS struct{ conn *pgx.Conn }

// session plans a query once, compiles none and keeps temporary tables in memory.
var session = map[string]string{"plan_cache_mode": "force_generic_plan", "jit": "off",
	"max_parallel_workers_per_gather": "0", "temp_buffers": "1GB", "client_min_messages": "warning"}

// OpenPostGIS fills temporary tables, which are gone with the connection. The
// extensions postgis and btree_gist are created if they are missing, and stay.
func OpenPostGIS(ctx context.Context, w *World, dsn string) (*PostGIS, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("postgis: %w", err)
	}
	for name, value := range session {
		config.RuntimeParams[name] = value
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("postgis: %w", err)
	}
	if err := fill(ctx, conn, w.Homes); err != nil {
		_ = conn.Close(ctx)
		return nil, fmt.Errorf("postgis: %w", err)
	}
	return &PostGIS{conn}, nil
}

func fill(ctx context.Context, conn *pgx.Conn, homes []Home) error {
	if err := run(ctx, conn, `CREATE EXTENSION IF NOT EXISTS postgis`, `CREATE EXTENSION IF NOT EXISTS btree_gist`,
		`CREATE TEMP TABLE draft (id text, may bool, first int8, last int8, age_min int8, age_max int8,
			boys bool, girls bool, x float8, y float8, z float8, px float8, py float8)`); err != nil {
		return err
	}
	columns := []string{"id", "may", "first", "last", "age_min", "age_max", "boys", "girls", "x", "y", "z", "px", "py"}
	rows := pgx.CopyFromSlice(len(homes), func(i int) ([]any, error) { return homes[i].columns(), nil })
	if _, err := conn.CopyFrom(ctx, pgx.Identifier{"draft"}, columns, rows); err != nil {
		return err
	}
	return run(ctx, conn, // points are ordered along a Hilbert curve, so that near homes share pages
		`CREATE TEMP TABLE home AS SELECT id, may, first::int4, last::int4, age_min::int4, age_max::int4, boys, girls,
			x, y, z, px, py, ST_MakePoint(px, py) AS place FROM draft ORDER BY place`, `DROP TABLE draft`,
		`CREATE INDEX ON home USING gist (place, age_min, age_max, first, last) WHERE may AND boys`,
		`CREATE INDEX ON home USING gist (place, age_min, age_max, first, last) WHERE may AND girls`,
		`VACUUM ANALYZE home`)
}

func run(ctx context.Context, conn *pgx.Conn, statements ...string) error {
	for _, s := range statements {
		if _, err := conn.Exec(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// nearest is the query: %s is boys or girls, %d how many rows. pgx prepares each
// text once.
const nearest = `SELECT id, x, y, z, px, py FROM home
	WHERE may AND %s AND first <= $1 AND last >= $1 AND age_min <= $2 AND age_max >= $2
	ORDER BY place <-> ST_MakePoint($3, $4) LIMIT %d`

// Best implements [Engine].
func (p *PostGIS) Best(ctx context.Context, q *Query) ([]index.Found, error) {
	for limit := few; ; limit *= 2 {
		g, err := p.nearest(ctx, q, limit)
		if err != nil {
			return nil, fmt.Errorf("postgis: %w", err)
		}
		beyond := g.last
		if len(g.homes) < limit {
			beyond = math.Inf(1)
		}
		if best, sure := q.rank(g, beyond); sure {
			return best, nil
		}
	}
}

func (p *PostGIS) nearest(ctx context.Context, q *Query, limit int) (given, error) {
	found, err := p.conn.Query(ctx, fmt.Sprintf(nearest, column(q.sex), limit), since(q.on), q.age, q.x, q.y)
	if err != nil {
		return given{}, err
	}
	defer found.Close()
	return q.read(found)
}

// Close implements [Engine].
func (p *PostGIS) Close() error { return p.conn.Close(context.Background()) }
