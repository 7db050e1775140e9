package engine

import (
	"log/slog"

	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/store"
)

// Option changes how an engine is opened.
type Option func(*options)

type options struct {
	readOnly bool
	existing bool
	asItIs   bool
	toMatch  bool
	policies *policy.Set
	logger   *slog.Logger
	key      []byte
}

// ReadOnly opens a store that is there and changes nothing in it. Several
// programs can read at once; where there is no store the answer is [ErrNoStore]
// and nothing is created.
func ReadOnly() Option { return func(o *options) { o.readOnly = true } }

// AsItIs opens as [ReadOnly] does, and leaves also a store alone that was not closed
// properly: the answer is [ErrUnclean] then. No file is changed or made, but on Windows,
// where readers cannot share a store.
func AsItIs() Option { return func(o *options) { o.readOnly, o.asItIs = true, true } }

// Existing opens a store that is there: where there is none the answer is [ErrNoStore]
// and nothing is created. It suits what changes records, which a new store has none of.
func Existing() Option { return func(o *options) { o.existing = true } }

// ToMatch reads the index of the homes while the store is being opened, for a program
// that asks for homes at once and is gone.
func ToMatch() Option { return func(o *options) { o.toMatch = true } }

// WithPolicy judges and scores by these policies rather than by the defaults.
// Results carry their hash.
func WithPolicy(set *policy.Set) Option { return func(o *options) { o.policies = set } }

// WithLogger hears of trouble in the storage engine. Without it the engine is
// silent. What is stored never reaches the log.
func WithLogger(log *slog.Logger) Option { return func(o *options) { o.logger = log } }

// KeySize is the length in bytes of a store's key.
const KeySize = store.KeySize

// WithKey opens an encrypted store, or creates one. Everything that is written of
// a person is encrypted with keys that come from this one, of [KeySize] bytes;
// whoever loses it loses the store. One that was created without a key stays as
// it is and answers [ErrWrongKey]; to encrypt it, restore a backup of it with a
// key.
func WithKey(key []byte) Option { return func(o *options) { o.key = key } }
