"""The words a page needs to be drawn (ISO 32000-1, chapters 7 to 11). Every other entry of a PDF is dropped.

Left out on purpose: information, metadata, private data, annotations, actions, scripts, names of layers,
embedded files, structure, thumbnails, dates, web capture, print settings, screens.
"""

PAGE = frozenset(
    [
        "/Type",
        "/Parent",
        "/Resources",
        "/MediaBox",
        "/CropBox",
        "/BleedBox",
        "/TrimBox",
        "/ArtBox",
        "/Rotate",
        "/Contents",
        "/Group",
        "/UserUnit",
        "/Kids",
        "/Count",
    ]
)
_STREAM = (
    "/Length /Filter /DecodeParms /Predictor /Colors /BitsPerComponent /Columns /EarlyChange /K /EndOfLine"
    " /EncodedByteAlign /Rows /EndOfBlock /BlackIs1 /DamagedRowsBeforeError /JBIG2Globals /ColorTransform"
)
_RESOURCES = "/Resources /ExtGState /ColorSpace /Pattern /Shading /XObject /Font /ProcSet"
_PICTURES = (
    "/Type /Subtype /Width /Height /Intent /ImageMask /Mask /Decode /Interpolate /SMask /SMaskInData /Matte"
    " /FormType /BBox /Matrix /Group /S /CS /I /K"
)
_STATE = (
    "/LW /LC /LJ /ML /D /RI /OP /op /OPM /BG /BG2 /UCR /UCR2 /TR /TR2 /FL /SM /SA /BM /CA /ca /AIS /TK /G /BC"
    " /WhitePoint /BlackPoint /Gamma /Range"
)
_SHADES = (
    "/FunctionType /Domain /Size /BitsPerSample /Order /Encode /C0 /C1 /N /Functions /Bounds /ShadingType"
    " /Background /AntiAlias /Coords /Function /Extend /BitsPerCoordinate /BitsPerFlag /VerticesPerRow"
    " /PatternType /PaintType /TilingType /XStep /YStep"
)
_FONTS = (
    "/Name /BaseFont /FirstChar /LastChar /Widths /FontDescriptor /Encoding /ToUnicode /FontBBox /FontMatrix"
    " /CharProcs /DescendantFonts /CIDSystemInfo /DW /W /DW2 /W2 /CIDToGIDMap /BaseEncoding /Differences"
    " /FontName /FontFamily /FontStretch /FontWeight /Flags /ItalicAngle /Ascent /Descent /Leading /CapHeight"
    " /XHeight /StemV /StemH /AvgWidth /MaxWidth /MissingWidth /FontFile /FontFile2 /FontFile3 /CharSet /CIDSet"
    " /Length1 /Length2 /Length3 /Registry /Ordering /Supplement /CMapName /WMode /UseCMap"
)
DRAWN = frozenset(" ".join((_STREAM, _RESOURCES, _PICTURES, _STATE, _SHADES, _FONTS)).split())
"""Entries of everything that hangs on a page."""
MAPS = frozenset(["/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/XObject", "/Font", "/CharProcs"])
"""Entries whose value maps names of the document's own choosing to things."""
STRINGS = frozenset(["/Registry", "/Ordering", "/CharSet", "/FontFamily"])
"""Entries that may hold text."""
