"""The XML schema of a version of the layout; for version 1 the ``leverance-1.xsd`` of interfaces.md, byte for byte."""

from hjalp_pipeline.delivery.layouts.layout import Layout

_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="unqualified">
  <!-- Shape only: what a single record gets wrong is a finding on that record, not a rejection of the file. -->
  <xs:simpleType name="komnr"><xs:restriction base="xs:string"><xs:pattern value="[0-9]{3}"/></xs:restriction></xs:simpleType>
"""
_ROOT = """\
  <xs:element name="{root}">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="{record}" minOccurs="0" maxOccurs="unbounded">
          <xs:complexType>
            <xs:all>
"""
_FIELD = '              <xs:element name="{name}" type="xs:string" minOccurs="0"{nil}/>\n'
_NIL = ' nillable="true"'
_ATTRIBUTES = """\
            </xs:all>
          </xs:complexType>
        </xs:element>
      </xs:sequence>
      <xs:attribute name="komnr" type="komnr" use="required"/>
"""
_PERIOD = """\
      <xs:attribute name="{attribute}" use="required">
        <xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="{pattern}"/></xs:restriction></xs:simpleType>
      </xs:attribute>
"""
_TAIL = """\
      <xs:attribute name="system" type="xs:string" use="required"/>
      <xs:attribute name="antal" type="xs:nonNegativeInteger" use="required"/>
    </xs:complexType>
  </xs:element>
</xs:schema>
"""


def xsd(layout: Layout) -> str:
    """The schema: one element a field, each at most once and in any order; form and length are judged record by record."""
    declared = layout.declaration
    root = _ROOT.format(root=declared.root, record=declared.record)
    fields = (_FIELD.format(name=field.name, nil=_NIL if field.nillable else "") for field in layout.fields)
    period = _PERIOD.format(attribute=declared.period.attribute, pattern=declared.period.pattern)
    return "".join([_HEAD, root, *fields, _ATTRIBUTES, period, _TAIL])
