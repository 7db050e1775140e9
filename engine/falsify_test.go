package engine

import (
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/index"
	"github.com/stablehomes/stablehomes/engine/match"
)

// FalsifySpans lets the file of spans of a directory say of a home what is true of
// it and of another, under a checksum that holds.
func FalsifySpans(dir, home string) error {
	return rewriteSpans(dir, func(items []index.Item[care.Span]) []index.Item[care.Span] {
		for i := range items {
			if items[i].ID == home {
				items[i].Sum.Unite([]care.Span{items[i].Sum, items[(i+1)%len(items)].Sum})
			}
		}
		return items
	})
}

// DropSpan leaves a home out of the file of spans.
func DropSpan(dir, home string) error {
	return rewriteSpans(dir, func(items []index.Item[care.Span]) []index.Item[care.Span] {
		return slices.DeleteFunc(items, func(i index.Item[care.Span]) bool { return i.ID == home })
	})
}

func rewriteSpans(dir string, change func([]index.Item[care.Span]) []index.Item[care.Span]) error {
	ix, err := spansFile{dir: dir}.read()
	if err != nil {
		return err
	}
	items := change(slices.Collect(ix.spans.All()))
	return spansFile{dir: dir}.write(&indexed{head: ix.head, spans: match.NewSpans().Build(items)})
}
