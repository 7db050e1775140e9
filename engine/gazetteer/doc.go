// Package gazetteer says where things are: which authority a postcode lies in, which authorities
// adjoin, and how many miles apart two points are.
//
// # Model
//
//   - An [Authority] is one of the 153 English children's-services authorities, known by its GSS
//     code. A district (the laua column of the ONS Postcode Directory) belongs to one of them:
//     [District]. In a county the two differ.
//   - [Adjoin] answers the test of regulation 11(5) of the Care Planning, Placement and Case Review
//     (England) Regulations 2010: is one authority "adjoining" another?
//   - [Miles] is the straight-line distance over the sphere, in statute miles.
//   - [FromGrid] turns a British National Grid reference into WGS84.
//   - A [Directory] is an immutable sorted file that takes a [Postcode] to a [Place]. [Build] makes
//     one from what the ONS and the Ordnance Survey publish. The bytes are described in format.go.
//   - [Schools] take the URN of a school to a [School], in a file of its own: see school.go.
//
// # Guaranteed
//
// Nothing reads a clock or the network, and no work is done before first use. Tables are read only
// and every function may be called from many goroutines. The same source rows in any order give the
// same file, byte for byte, as long as no postcode occurs twice. A flipped bit in the file is
// reported as [ErrDamaged] by the lookup that meets it, and by [Directory.Verify] in any case.
//
// # Not guaranteed
//
// Two readings of "adjoining" are ours and want a lawyer's check before anyone relies on them. A
// boundary along a tidal river counts (Newcastle adjoins Gateshead): council boundaries run along
// mid-river, and the Local Government Boundary Commission lists such authorities as having a
// boundary with each other (report 645 Newcastle, report 598 Bexley). A Welsh council that shares a
// land boundary counts, because "local authority" in the Children Act 1989 includes Welsh councils.
// Estuaries, open sea and the Scottish border do not count. Welsh councils are known only as
// neighbours of English ones. Land boundaries come from generalised outlines, so the shortest of
// them (Bromley with Lambeth and with Southwark, at Crystal Palace) could go either way.
//
// On another processor architecture a position may come out one millionth of a degree (0.1 m) away,
// and the file then has another hash.
//
// A postcode's point is one address in it or an estimate, not the position of a home. A position
// that came from a grid reference is about 2 m off on average and up to 5 m in Scilly.
//
// # Sources
//
// Contains public sector information licensed under the Open Government Licence v3.0 (Office for
// National Statistics, Department for Education, Ofsted). Contains OS data © Crown copyright and
// database right 2025. Contains Royal Mail data © Royal Mail copyright and database right 2025.
// Contains National Statistics data © Crown copyright and database right 2025. Boundaries: GeoJSON
// and TopoJSON UK Boundary Data by Martin Chorley, CC BY 4.0, from ONS/OS OpenData, Crown copyright
// and database right 2014.
package gazetteer
