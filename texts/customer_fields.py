"""What people call the fields of a customer."""

from domain.customers import CustomerField

FIELDS = {
    CustomerField.KIND: "Loại khách",
    CustomerField.TAX_CODE: "Mã số thuế",
    CustomerField.NAME: "Tên",
    CustomerField.ADDRESS: "Địa chỉ",
    CustomerField.REPRESENTATIVE: "Người đại diện",
    CustomerField.EMAIL: "Email",
    CustomerField.PHONE: "Điện thoại",
    CustomerField.OWN_CODE: "Mã riêng",
}
