package gazetteer

import (
	"io"

	"github.com/stablehomes/stablehomes/engine/durable"
)

// publish puts content at path in one step, for everybody to read: it is public
// data, unlike the store beside it.
func publish(path string, content io.WriterTo) error {
	return durable.Replace(path, 0o644, func(w io.Writer) error {
		_, err := content.WriteTo(w)
		return err
	})
}
